package import AudioDSP

/// What a fax machine knows of a call when it is over.
package struct FaxResult: Sendable {
    package var outcome: FaxOutcome?
    /// The pages went as fax packets at this machine.
    package var isOverPackets: Bool
    /// Datagrams with fax packets that came, and those that were lost at this machine either way.
    package var datagramsHeard: Int
    package var datagramsLost: Int
    /// Fax packets that no datagram brought.
    package var packetsMissing: Int
    /// In bytes.
    package var largestDatagram: Int
    /// RTP that came when the machine had changed to fax packets already.
    package var soundAfterChange: Int

    /// Told when an expectation fails.
    package var summary: String {
        """
        \(outcome?.reason ?? "no outcome"), \(outcome?.pages ?? 0) pages at \(outcome?.bitRate ?? 0) bit/s over \
        \(isOverPackets ? "packets" : "sound"), datagrams: \(datagramsHeard) heard, \(datagramsLost) lost, largest \
        \(largestDatagram) bytes; packets missing: \(packetsMissing); RTP after the change: \(soundAfterChange)
        """
    }
}
