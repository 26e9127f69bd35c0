import PBXBase
import RTPGrammar

/// The guard before a port believes a source that SDP did not name (a phone behind NAT, or somebody who found the
/// port): one source at a time must send several packets in a row of one stream.
struct LatchProbation {
    /// Packets in a row before a source is believed: long enough that a stray packet is not, short enough (60 ms) that
    /// nobody misses a word.
    static let packetsNeeded = 3
    /// The same for the source that was latched before: the old end of a transferred call goes on sending for a while.
    static let packetsNeededOfFormer = 50
    /// A step in sequence numbers up to this is the same stream with a little loss.
    static let sequenceStepMax = 10
    /// A candidate that says nothing for this long makes room for another.
    static let candidateQuietMax = Interval.milliseconds(100)

    private var source: Endpoint?
    private var ssrc = SSRC(0)
    private var sequence = SequenceNumber(0)
    private var packets = 0
    private var lastArrival = Instant.zero

    /// Judges one well-formed packet from a source that SDP did not name; true when the source is now believed.
    mutating func isBelieved(
        _ header: RTPHeader, from candidate: Endpoint, isFormer: Bool, now: Instant
    ) -> Bool {
        if let source, source != candidate {
            guard now - lastArrival > Self.candidateQuietMax else { return false }
            packets = 0
        }
        let step = sequence.distance(to: header.sequenceNumber)
        let isNextInRow = packets > 0 && ssrc == header.ssrc && step > 0 && step <= Self.sequenceStepMax
        source = candidate
        ssrc = header.ssrc
        sequence = header.sequenceNumber
        lastArrival = now
        packets = isNextInRow ? packets + 1 : 1
        return packets >= (isFormer ? Self.packetsNeededOfFormer : Self.packetsNeeded)
    }
}
