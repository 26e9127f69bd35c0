import AudioDSP
import PBXBase

/// How the tone of one phone arrived at the other.
struct AudioFigures: Hashable {
    var packetsSent: Int
    /// Different ones; a packet that came twice counts once.
    var packetsReceived: Int
    /// Packets that sound like the tone, among those received.
    var packetsWithTone: Int
    /// Time through the server, in milliseconds; nil when nothing arrived.
    var delayMean: Double?
    var delayMax: Double?
    /// How much louder it arrived than it was sent, in decibels; nil without a tone.
    var levelDifference: Double?

    init(departures: [UInt32: Instant], arrivals: [AudioSink.Arrival]) {
        packetsSent = departures.count
        packetsReceived = 0
        packetsWithTone = 0
        var seen: Set<UInt32> = []
        var delays: [Double] = []
        var levels = 0.0
        for arrival in arrivals {
            guard let departure = departures[arrival.timestamp], seen.insert(arrival.timestamp).inserted else {
                continue
            }
            delays.append(Double((arrival.at - departure).nanoseconds) / 1_000_000)
            guard arrival.measurement.isTone else { continue }
            packetsWithTone += 1
            levels += arrival.measurement.toneLevel
        }
        packetsReceived = seen.count
        delayMax = delays.max()
        delayMean = delays.isEmpty ? nil : delays.reduce(0, +) / Double(delays.count)
        levelDifference = packetsWithTone == 0 ? nil : levels / Double(packetsWithTone) - TestSignal.toneLevel
    }

    var packetsLost: Int { packetsSent - packetsReceived }

    /// What is wrong with it, in words; nil when it is as good as it should be.
    var problem: String? {
        if packetsReceived == 0 { return "no audio arrived: none of \(packetsSent) packets" }
        if packetsLost > TestSignal.packetsLostMax {
            return "audio has holes: \(packetsLost) of \(packetsSent) packets lost"
        }
        if packetsWithTone < packetsReceived * 9 / 10 {
            return "audio is garbled: the tone is in \(packetsWithTone) of \(packetsReceived) packets"
        }
        if let delayMean, delayMean > TestSignal.delayMillisecondsMax {
            return "audio is late: \(decimal(delayMean)) ms on average, \(decimal(delayMax ?? 0)) ms at worst"
        }
        if let levelDifference, abs(levelDifference) > TestSignal.levelDifferenceMax {
            let word = levelDifference > 0 ? "louder" : "quieter"
            return "level is wrong: the tone is \(decimal(abs(levelDifference))) dB \(word) than it was sent"
        }
        return nil
    }

    /// `100 of 100 packets, 0.3 ms delay (1.2 at most), level +0.0 dB`
    var summary: String {
        let delay = "\(decimal(delayMean ?? 0)) ms delay (\(decimal(delayMax ?? 0)) at most)"
        let level = levelDifference ?? 0
        return
            "\(packetsReceived) of \(packetsSent) packets, \(delay), level \(level < 0 ? "" : "+")\(decimal(level)) dB"
    }
}

/// One decimal.
func decimal(_ value: Double) -> String {
    // Far outside anything measured here; keeps the conversion below safe.
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let tenths = Int((abs(value) * 10).rounded())
    return "\(value < 0 && tenths > 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
}
