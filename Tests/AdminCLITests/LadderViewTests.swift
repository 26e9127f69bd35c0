import AdminCLI
import ControlProtocol
import PBXModel
import Testing

/// A call of which one phone refuses and another answers, as the daemon tells it.
enum TracedCall {
    static let report: WireTraceReport = {
        let peers = ["udp 192.0.2.7:5060", "udp 192.0.2.8:5060", "tcp [2001:db8::9]:40000"]
        let names = [("101", "Ada Lovelace"), ("102", "102"), ("102", "102")]
        let parties = zip(peers, names).enumerated().map { index, party in
            WireTraceReport.Party(
                role: index == 0 ? .caller : .callee, number: party.1.0, name: party.1.1, peer: party.0,
                sipCallId: "dialog-\(index)")
        }
        func message(
            _ milliseconds: Int, _ party: Int, _ isReceived: Bool, _ label: String, _ hint: String? = nil,
            isRepeat: Bool = false
        ) -> WireTraceReport.Message {
            let words = peers[party].split(separator: " ").map(String.init)
            let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
            return WireTraceReport.Message(
                at: "2026-01-12T09:58:0\(milliseconds / 1_000).\(fraction)250Z", party: party, isReceived: isReceived,
                transport: words[0], local: party == 2 ? "[2001:db8::1]:5060" : "192.0.2.1:5060", remote: words[1],
                label: label, hint: hint, isRepeat: isRepeat,
                text: "\(label) sip:x SIP/2.0\r\nCall-ID: dialog-\(party)\r\nContent-Length: 0\r\n\r\n")
        }
        var report = WireTraceReport(
            callId: "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", parties: parties,
            messages: [
                message(0, 0, true, "INVITE", "PCMA, opus"), message(1, 0, false, "100 Trying"),
                message(2, 1, false, "INVITE", "PCMA"), message(2, 2, false, "INVITE", "PCMA"),
                message(502, 1, false, "INVITE", "PCMA", isRepeat: true), message(520, 1, true, "486 Busy Here"),
                message(4_020, 2, true, "200 OK", "PCMA"), message(4_021, 0, false, "200 OK", "PCMA"),
            ], isWhole: true)
        report.call = CallSnapshot(
            callId: report.callId, direction: .internalCall, state: .active, from: "101", fromName: "Ada Lovelace",
            to: "102", answeredBy: "102", startedAt: "2026-01-12T09:58:00.000Z", ringingAt: nil, answeredAt: nil,
            legs: [
                LegSnapshot(
                    role: .caller, number: "101", peer: peers[0], sipCallId: "dialog-0", state: "established",
                    figures: MediaFigures(
                        codec: "PCMA", packetsReceived: 3_300, packetsSent: 3_299, packetsLost: 1, packetsDropped: 0,
                        jitterMicroseconds: 2_400, listeningScoreHundredths: 431))
            ])
        return report
    }()
}

struct LadderViewTests {
    @Test func aCallIsALadder() {
        #expect(
            LadderView.text(TracedCall.report, .berlin) == """
                                101 Ada Lovelace                   PBX-X                         102                          102
                               udp 192.0.2.7:5060                                        udp 192.0.2.8:5060         tcp [2001:db8::9]:40000
                   0.000                │─── INVITE (PCMA, opus) ───▶│                            │                            │
                   0.001                │◀─────── 100 Trying ────────│                            │                            │
                   0.002                │                            │────── INVITE (PCMA) ──────▶│                            │
                   0.002                │                            │──────────────────── INVITE (PCMA) ─────────────────────▶│
                   0.502                │                            │───── ↻ INVITE (PCMA) ─────▶│                            │
                   0.520                │                            │◀────── 486 Busy Here ──────│                            │
                   4.020                │                            │◀──────────────────── 200 OK (PCMA) ─────────────────────│
                   4.021                │◀────── 200 OK (PCMA) ──────│                            │                            │

                caller 101  PCMA, 3300 packets received, 1 lost, jitter 2 ms, round trip unknown, MOS 4.3
                            3299 sent, what arrived of it is unknown

                """)
    }

    @Test func messagesAreShownInFull() {
        let text = MessagesView.text(TracedCall.report, .berlin)
        #expect(
            text.hasPrefix(
                """

                0.000  101 Ada Lovelace → PBX-X  udp 192.0.2.7:5060 to 192.0.2.1:5060
                    INVITE sip:x SIP/2.0
                    Call-ID: dialog-0
                    Content-Length: 0

                0.001  PBX-X → 101 Ada Lovelace  udp 192.0.2.1:5060 to 192.0.2.7:5060

                """))
    }

    @Test func whatIsMissingIsSaid() {
        var report = TracedCall.report
        report.isWhole = false
        #expect(LadderView.text(report, .berlin).hasPrefix("(the first messages are not kept any more)\n"))
        report.messages = []
        report.parties = []
        report.call = nil
        #expect(
            LadderView.text(report, .berlin)
                == "no messages of this call are kept (the trace holds the last ones, since the daemon's start)\n")
    }

    /// A peer's text must not steer the terminal.
    @Test func controlCharactersAreNotPassedOn() {
        var report = TracedCall.report
        report.messages[1].label = "100 \u{1B}[2J"
        report.messages[1].text = "SIP/2.0 100 \u{1B}[2J\r\n\r\n"
        report.parties[0].name = "Ada\u{7}"
        let text = LadderView.text(report, .berlin) + MessagesView.text(report, .berlin)
        #expect(!text.contains("\u{1B}") && !text.contains("\u{7}"))
    }
}

struct PacketCaptureTests {
    private struct Packet {
        var seconds: UInt32
        var microseconds: UInt32
        var bytes: [UInt8]
    }

    private func word(_ bytes: some RandomAccessCollection<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func packets(_ file: [UInt8]) throws -> [Packet] {
        #expect(Array(file[0..<4]) == [0xD4, 0xC3, 0xB2, 0xA1])
        #expect(word(file[20..<24]) == 101)
        var packets: [Packet] = []
        var rest = file[24...]
        while !rest.isEmpty {
            let header = Array(rest.prefix(16))
            let length = Int(word(header[8..<12]))
            try #require(rest.count >= 16 + length)
            packets.append(
                Packet(
                    seconds: word(header[0..<4]), microseconds: word(header[4..<8]),
                    bytes: Array(rest.dropFirst(16).prefix(length))))
            rest = rest.dropFirst(16 + length)
        }
        return packets
    }

    /// Adds up to all ones when the checksum inside is right (RFC 1071).
    private func sum(_ bytes: [UInt8]) -> UInt32 {
        var sum = bytes.enumerated().reduce(UInt32(0)) { $0 + UInt32($1.element) << ($1.offset % 2 == 0 ? 8 : 0) }
        while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
        return sum
    }

    @Test func everyMessageIsAValidPacket() throws {
        let capture = PacketCapture(TracedCall.report)
        #expect(capture.messageCount == 8)
        let packets = try packets(capture.bytes)
        #expect(packets.count == 8)
        #expect(packets[5].seconds == 1_768_211_880 && packets[5].microseconds == 520_250)
        for packet in packets {
            let isIPv6 = packet.bytes[0] >> 4 == 6
            let header = isIPv6 ? 40 : 20
            let number = packet.bytes[isIPv6 ? 6 : 9]
            let payload = Array(packet.bytes[header...])
            if !isIPv6 { #expect(sum(Array(packet.bytes[..<20])) == 0xFFFF) }
            let addresses = isIPv6 ? packet.bytes[8..<40] : packet.bytes[12..<20]
            let pseudo =
                Array(addresses) + [0, 0, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF), 0, 0, 0, number]
            #expect(sum(pseudo + payload) == 0xFFFF)
            #expect(number == (isIPv6 ? 6 : 17))
        }
    }

    @Test func aLongMessageOverAStreamIsInSegmentsThatFollowEachOther() throws {
        var report = TracedCall.report
        report.messages = [report.messages[6], report.messages[3], report.messages[6]]
        report.messages[0].text = String(repeating: "a", count: 3_000)
        let packets = try packets(PacketCapture(report).bytes)
        func number(_ packet: Packet, at offset: Int) -> UInt32 {
            word(packet.bytes[(40 + offset)..<(44 + offset)].reversed())
        }
        #expect(packets.map { $0.bytes.count - 60 }.prefix(3) == [1_440, 1_440, 120])
        #expect(packets.map { number($0, at: 4) } == [1, 1_441, 2_881, 1, 3_001])
        #expect(packets.map { number($0, at: 8) }.suffix(2) == [3_001, UInt32(packets[3].bytes.count - 60) + 1])
    }

    /// In a stream to the port of TLS Wireshark would look for TLS, and find none.
    @Test func whatWasEncryptedIsInDatagrams() throws {
        var report = TracedCall.report
        report.messages = [report.messages[0]]
        report.messages[0].transport = "tls"
        let packet = try #require(try packets(PacketCapture(report).bytes).first)
        #expect(packet.bytes[9] == 17)
    }

    @Test func bytesThatAreNoTextAreKept() throws {
        var report = TracedCall.report
        report.messages = [report.messages[0]]
        report.messages[0].hex = "494eff00"
        let packet = try #require(try packets(PacketCapture(report).bytes).first)
        #expect(packet.bytes.suffix(4) == [0x49, 0x4E, 0xFF, 0x00])
    }
}
