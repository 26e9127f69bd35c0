package import CallControl
package import ControlProtocol
import MediaControl
package import PBXBase
package import PBXModel
import SDPNegotiation
import SIPGrammar

/// Everything the exchange has on the wire's part of one call: taken at once, read afterwards and elsewhere, as looking
/// through all that is kept takes longer than a call should wait.
package struct TraceReading: Sendable {
    private let id: CallID
    private let wire: WireTrace
    private let dialogs: [DialogIndex.Dialog]
    package let call: CallSnapshot?

    package init(of id: CallID, wire: WireTrace, dialogs: [DialogIndex.Dialog], call: CallSnapshot?) {
        self.id = id
        self.wire = wire
        self.dialogs = dialogs
        self.call = call
    }

    /// - Parameter record: of a call that may be too old for its dialogs to be known.
    package func report(_ record: CallRecord?) -> WireTraceReport {
        var dialogs = dialogs
        if dialogs.isEmpty, let record, !record.sipCallID.isEmpty {
            dialogs = [
                DialogIndex.Dialog(
                    sipCallID: record.sipCallID, role: .caller, number: record.callerNumber, name: record.callerName)
            ]
        }
        let found = wire.messages(ofDialogs: dialogs.map(\.sipCallID))
        // Callers first; a dialog of which nothing is left is nobody to show.
        let heard = Set(found.map(\.dialog))
        let order = dialogs.indices.filter(heard.contains).sorted { left, right in
            (dialogs[left].role == .caller ? 0 : 1, left) < (dialogs[right].role == .caller ? 0 : 1, right)
        }
        let place = Dictionary(order.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        let parties = order.map { index in
            let flow = found.last { $0.dialog == index }?.entry.flow
            return WireTraceReport.Party(
                role: dialogs[index].role == .caller ? .caller : .callee, number: dialogs[index].number,
                name: dialogs[index].name, peer: flow.map { "\($0.transport.uriName) \($0.remote)" } ?? "",
                sipCallId: dialogs[index].sipCallID)
        }
        var seen: Set<Passage> = []
        let messages = found.map { dialog, entry in
            let isNew = seen.insert(Passage(bytes: entry.bytes, isReceived: entry.isReceived)).inserted
            return Self.message(entry, party: place[dialog] ?? 0, isRepeat: !isNew)
        }
        let isWhole = wire.wholeSince.flatMap { since in record.map { since <= $0.startedAt } } ?? false
        return WireTraceReport(
            callId: id.description, parties: parties, messages: messages, isWhole: isWhole, call: call,
            record: record.map(CallRecordReport.init))
    }

    /// What passed one way: the same bytes again are a repetition.
    private struct Passage: Hashable {
        var bytes: [UInt8]
        var isReceived: Bool
    }

    private static func message(_ entry: WireTrace.Entry, party: Int, isRepeat: Bool) -> WireTraceReport.Message {
        let bytes = SecretMask.masked(entry.bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let (label, hint) = summary(of: entry.bytes)
        return WireTraceReport.Message(
            at: entry.at.rfc3339Exact, party: party, isReceived: entry.isReceived,
            transport: entry.flow.transport.uriName, local: entry.flow.local.description,
            remote: entry.flow.remote.description, label: label, hint: hint, isRepeat: isRepeat, text: text,
            hex: text.utf8.elementsEqual(bytes) ? nil : hexadecimal(bytes))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.flatMap { [hexadecimalDigit($0 >> 4), hexadecimalDigit($0 & 15)] }, as: UTF8.self)
    }

    /// A message in a few words.
    private static func summary(of bytes: [UInt8]) -> (label: String, hint: String?) {
        guard let message = try? SIPMessage(parsing: bytes) else {
            let line = bytes.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
            return (String(decoding: line.prefix(lineBytesMax), as: UTF8.self), nil)
        }
        let label = message.isRequest ? message.method.name : "\(message.status) \(message.reasonPhrase)"
        if let media = media(in: message) { return (label, media) }
        if message.method == .refer, message.isRequest {
            let user = message.value(.referTo).flatMap { try? SIPNameAddress(ascii: $0) }?.uri.user
            return (label, user.map { "to \($0)" })
        }
        return (label, message.isResponse && message.method != .invite ? message.method.name : nil)
    }

    /// Of a start line that cannot be read.
    private static let lineBytesMax = 60

    /// `PCMA, opus; sendonly; SRTP`
    private static func media(in message: SIPMessage) -> String? {
        guard let type = message.text(.contentType)?.lowercased(), type.hasPrefix("application/sdp"),
            let description = try? SDPReader.read(message.body)
        else { return nil }
        var codecs: [String] = []
        for format in description.formats where format.carriesSound && !codecs.contains(format.name) {
            codecs.append(format.name)
        }
        if description.fax != nil { codecs = ["T.38"] }
        var parts = [codecs.joined(separator: ", ")]
        if description.isRejected {
            parts = ["no audio"]
        } else if description.effectiveDirection != .sendrecv {
            parts.append(description.effectiveDirection.rawValue)
        }
        let transport = description.transport
        if transport.profile.usesDTLS {
            parts.append("DTLS-SRTP")
        } else if !transport.cryptos.isEmpty {
            parts.append("SRTP")
        }
        return parts.filter { !$0.isEmpty }.joined(separator: "; ")
    }
}
