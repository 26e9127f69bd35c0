import ConsoleApp
import ControlProtocol
import PBXModel
import TerminalUI

/// A call of the office of which one phone refuses and another answers, as the daemon traced it.
extension Office {
    static func trace(of number: Int) -> WireTraceReport {
        let numbers = ["104", "101", "101"]
        let parties = numbers.enumerated().map { index, number in
            WireTraceReport.Party(
                role: index == 0 ? .caller : .callee, number: number,
                name: ["Dora Dietrich", "Anna Ahrens", ""][index],
                peer: "udp 192.0.2.\(7 + index):5060", sipCallId: "dialog-\(index)")
        }
        func message(
            _ time: String, _ party: Int, _ isReceived: Bool, _ label: String, _ hint: String? = nil,
            isRepeat: Bool = false
        ) -> WireTraceReport.Message {
            WireTraceReport.Message(
                at: "2026-11-23T13:03:\(time)Z", party: party, isReceived: isReceived, transport: "udp",
                local: "192.0.2.1:5060", remote: "192.0.2.\(7 + party):5060", label: label, hint: hint,
                isRepeat: isRepeat,
                text: """
                    \(label) sip:101@192.0.2.8 SIP/2.0\r
                    Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK0123456789abcdef0123456789abcdef0123456789\r
                    Call-ID: dialog-\(party)\r
                    Content-Length: 0\r
                    \r

                    """)
        }
        var call = Self.call(number, "104", "Dora Dietrich", "101", .active, 125)
        for index in call.legs.indices {
            call.legs[index].figures = MediaFigures(
                codec: "PCMA", packetsReceived: 5_980, packetsSent: 5_981, packetsLost: index * 12, packetsDropped: 0,
                jitterMicroseconds: 2_400, listeningScoreHundredths: 431)
        }
        call.legs[1].figures?.verdict = "12 packets lost in 3 bursts"
        return WireTraceReport(
            callId: identity(number), parties: parties,
            messages: [
                message("04.000100", 0, true, "INVITE", "PCMA, opus"), message("04.001200", 0, false, "100 Trying"),
                message("04.002000", 1, false, "INVITE", "PCMA, opus"),
                message("04.002100", 2, false, "INVITE", "PCMA, opus"),
                message("04.502100", 1, false, "INVITE", "PCMA, opus", isRepeat: true),
                message("04.520000", 1, true, "486 Busy Here"), message("04.520400", 1, false, "ACK"),
                message("04.600000", 2, true, "180 Ringing"), message("04.600300", 0, false, "180 Ringing"),
                message("08.020000", 2, true, "200 OK", "PCMA"), message("08.020300", 2, false, "ACK"),
                message("08.021000", 0, false, "200 OK", "PCMA"), message("08.024000", 0, true, "ACK"),
            ], isWhole: true, call: call)
    }

    /// Opens the messages of the second call from the list of calls, and they come.
    mutating func showLadder() {
        press("Alt-2", "Down", "Enter")
        take(.traced(Self.identity(2), .success(Self.trace(of: 2))))
    }
}
