import PBXBase

/// What the phones of a self-test say, and how well it must arrive.
enum TestSignal {
    /// Whole periods fit a packet, so that one packet tells the two apart.
    static let callerToneHz = 1_000.0
    static let calleeToneHz = 700.0
    /// In dBov: as loud as speech at its loudest.
    static let toneLevel = -15.0
    static let packetMilliseconds = 20
    static let samplesPerPacket = 160
    static let sampleRate = 8_000
    /// Two seconds of tone.
    static let tonePackets = 100
    static let callerDigits = "159#"
    static let calleeDigits = "0*28"

    /// So many of the tone's packets may be missing.
    static let packetsLostMax = 1
    /// Mean time through the server, in milliseconds.
    static let delayMillisecondsMax = 50.0
    /// How much louder or quieter the tone may arrive, in decibels.
    static let levelDifferenceMax = 1.5
}
