package import PBXBase
package import SIPGrammar

/// The last SIP messages of all calls, as they came and went: kept without anybody having asked, so that "what happened
/// on the wire?" has an answer afterwards (architecture §11).
///
/// It holds on to the messages that the exchange had in its hands anyway, and looks into none of them further than is
/// needed to leave out what no call is made of. Reading is for whoever asks, on a copy, elsewhere.
package struct WireTrace: Sendable {
    package struct Entry: Sendable {
        package var at: WallTime
        package var isReceived: Bool
        package var flow: Flow
        package var bytes: [UInt8]
    }

    /// Messages that are let go together: dropping one for every new one would move all the others each time.
    private struct Chunk: Sendable {
        var entries: [Entry] = []
        var byteCount = 0
    }

    package static let messagesMax = 16_384
    package static let bytesMax = 16 << 20
    static let chunkMessages = 128
    /// What an array costs besides its elements.
    private static let overheadBytes = 32

    private var chunks: [Chunk] = []
    package private(set) var messageCount = 0
    /// Memory that the messages hold, in bytes.
    package private(set) var byteCount = 0
    /// From when on nothing is missing; nil while nothing came yet.
    package private(set) var wholeSince: WallTime?

    package init() {}

    /// Keeps a message if it can be one of a call.
    package mutating func record(_ bytes: [UInt8], isReceived: Bool, on flow: Flow, at time: WallTime) {
        guard Self.mayBelongToCall(bytes) else { return }
        if wholeSince == nil { wholeSince = time }
        if (chunks.last?.entries.count ?? Self.chunkMessages) >= Self.chunkMessages { addChunk() }
        let size = bytes.capacity + Self.overheadBytes + MemoryLayout<Entry>.stride
        let last = chunks.count - 1
        chunks[last].entries.append(Entry(at: time, isReceived: isReceived, flow: flow, bytes: bytes))
        chunks[last].byteCount += size
        messageCount += 1
        byteCount += size
        while byteCount > Self.bytesMax, chunks.count > 1 { dropOldest() }
    }

    private mutating func addChunk() {
        while messageCount + Self.chunkMessages > Self.messagesMax { dropOldest() }
        var chunk = Chunk()
        chunk.entries.reserveCapacity(Self.chunkMessages)
        chunks.append(chunk)
    }

    private mutating func dropOldest() {
        guard let oldest = chunks.first else { return }
        chunks.removeFirst()
        messageCount -= oldest.entries.count
        byteCount -= oldest.byteCount
        wholeSince = oldest.entries.last?.at
    }

    /// The messages of these dialogs in the order in which they passed, each with the place of its dialog in the list.
    package func messages(ofDialogs sipCallIDs: [String]) -> [(dialog: Int, entry: Entry)] {
        let wanted = Dictionary(sipCallIDs.enumerated().map { (Array($0.element.utf8)[...], $0.offset) }) {
            first, _ in first
        }
        var found: [(dialog: Int, entry: Entry)] = []
        for chunk in chunks {
            for entry in chunk.entries {
                guard let range = SIPHeaderScan.value(of: .callID, in: entry.bytes),
                    let dialog = wanted[entry.bytes[range]]
                else { continue }
                found.append((dialog, entry))
            }
        }
        return found
    }

    /// Registrations, and what asks whether somebody is there, would push calls out of the trace.
    private static let methodsOutsideCalls: [SIPMethod] = [.register, .options, .publish, .subscribe]

    private static func mayBelongToCall(_ bytes: [UInt8]) -> Bool {
        // A response begins with "SIP/2.0"; its method stands in CSeq, behind the number.
        guard bytes.count > 4, bytes[0] | 0x20 == UInt8(ascii: "s"), bytes[3] == UInt8(ascii: "/") else {
            return !methodsOutsideCalls.contains { bytes.starts(with: $0.name.utf8) }
        }
        guard let cseq = SIPHeaderScan.value(of: .cseq, in: bytes) else { return false }
        return !methodsOutsideCalls.contains { method in
            let name = method.name.utf8
            return cseq.count > name.count && bytes[cseq].suffix(name.count).elementsEqual(name)
        }
    }
}
