import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

/// How good the sound of a peer is: what its port counted, what a decoder found in it, and what the E-model makes of
/// both.
extension MediaWorker where IO: ~Copyable {
    /// A score of fewer packets than this, a second of the usual ones, says nothing.
    static var scoredPacketsMin: UInt64 { 50 }
    /// dBm0 of 0 dBov: a sine at the end of G.711's scale is 3.14 dBm0 (ITU-T G.711) and −3.01 dBov.
    static var digitalOverloadLevel: Double { 6.15 }

    /// The figures of a port as they are told.
    func figures(of session: UnsafeMutablePointer<Session>) -> MediaStatistics {
        var figures = session.pointee.statistics
        figures.lossSpread = lossSpread(of: session)
        let heard = heardSound(of: session)
        figures.roundTripMicroseconds = roundTrip(of: session, heard).map { Int($0.nanoseconds / 1_000) }
        figures.peerReport = peerReport(of: session, heard)
        guard session.pointee.reception.packetsReceived > 0 else { return figures }
        if let playout = heard?.playout, playout.isKnown {
            figures.playout = PlayoutFigures(playout)
            figures.signal = SignalFigures(playout.signal)
        }
        if let quality = quality(of: session, heard) {
            figures.listeningScoreHundredths = UInt16((quality.listeningScore * 100).rounded())
            figures.conversationalScoreHundredths = quality.conversationalScore.map { UInt16(($0 * 100).rounded()) }
        }
        return figures
    }

    /// Our judgement of the peer's sound for our reports to it (RFC 3611 §4.7); nil where it is not decoded here.
    func metrics(of session: UnsafeMutablePointer<Session>) -> VoIPMetrics? {
        guard let heard = heardSound(of: session), heard.playout.isKnown,
            let source = session.pointee.reception.source, let pattern = session.pointee.reception.lossPattern
        else { return nil }
        let playout = heard.playout
        let discarded = playout.packetsLate &+ playout.packetsDiscarded
        let quality = quality(of: session, heard)
        var metrics = VoIPMetrics(ssrc: source)
        metrics.lossRate = Self.fraction(pattern.lossShare)
        metrics.discardRate = Self.fraction(Double(discarded) / Double(max(1, pattern.packetsExpected)))
        metrics.burstDensity = Self.fraction(pattern.burstDensity)
        metrics.gapDensity = Self.fraction(pattern.gapDensity)
        metrics.burstMilliseconds = Self.milliseconds(pattern.meanBurstPackets * Double(playout.packetMilliseconds))
        metrics.gapMilliseconds = Self.milliseconds(pattern.meanGapPackets * Double(playout.packetMilliseconds))
        metrics.roundTripMilliseconds = UInt16(clamping: roundTrip(of: session, heard)?.milliseconds ?? 0)
        metrics.endSystemMilliseconds = UInt16(clamping: (playout.delay ?? playout.targetDelay).milliseconds)
        metrics.signalLevel = Self.telephoneLevel(playout.signal.speechLevel)
        metrics.noiseLevel = Self.telephoneLevel(playout.signal.noiseLevel)
        metrics.rating = quality.map { UInt8(($0.conversationalRating ?? $0.listeningRating).rounded()) }
        metrics.listeningScoreTenths = quality.map { UInt8(($0.listeningScore * 10).rounded()) }
        metrics.conversationalScoreTenths = quality?.conversationalScore.map { UInt8(($0 * 10).rounded()) }
        metrics.receiverConfiguration = VoIPMetrics.adaptiveConfiguration(rate: 0)
        metrics.bufferNominalMilliseconds = UInt16(clamping: playout.targetDelay.milliseconds)
        metrics.bufferMaximumMilliseconds = metrics.bufferNominalMilliseconds
        metrics.bufferLimitMilliseconds = UInt16(clamping: JitterBuffer.Settings(clockRate: 8_000).delayMaxMilliseconds)
        return metrics
    }

    /// What was heard in all, with what is being decoded now; nil for a port that only ever passed packets on.
    private func heardSound(of session: UnsafeMutablePointer<Session>) -> HeardSound? {
        var heard = session.pointee.heard?.pointee
        guard let audio = session.pointee.audio else { return heard }
        if let totals = audio.pointee.receiver?.totals(now: now), totals.isKnown {
            var sum = heard ?? HeardSound()
            sum.playout.add(totals)
            heard = sum
        }
        if let reports = audio.pointee.rtcp {
            var sum = heard ?? HeardSound()
            sum.absorb(reports)
            heard = sum
        }
        return heard
    }

    private func lossSpread(of session: UnsafeMutablePointer<Session>) -> LossSpread? {
        guard let pattern = session.pointee.reception.lossPattern else { return nil }
        var spread = LossSpread()
        spread.bursts = UInt32(clamping: pattern.bursts)
        spread.burstPackets = UInt32(clamping: pattern.burstPackets)
        spread.burstPacketsLost = UInt32(clamping: pattern.burstPacketsLost)
        spread.longestLossRun = UInt32(clamping: pattern.longestLossRun)
        spread.packetsDuplicated = UInt32(clamping: session.pointee.reception.duplicates)
        spread.packetsReordered = UInt32(clamping: session.pointee.reception.reordered)
        return spread
    }

    /// By our own reports where there are any, else by what passed by.
    private func roundTrip(of session: UnsafeMutablePointer<Session>, _ heard: HeardSound?) -> Interval? {
        heard?.roundTrip ?? session.pointee.reports.roundTrip
    }

    private func peerReport(of session: UnsafeMutablePointer<Session>, _ heard: HeardSound?) -> PeerReport? {
        guard let block = heard?.peerBlock ?? session.pointee.reports.block else { return nil }
        var report = PeerReport()
        report.packetsLost = block.packetsLost
        report.fractionLost = block.fractionLost
        let rate = UInt64(max(1, session.pointee.sendingClockRate))
        report.jitterMicroseconds = Int(UInt64(block.jitter) * 1_000_000 / rate)
        report.listeningScoreTenths = heard?.peerMetrics?.listeningScoreTenths
        return report
    }

    /// nil for codecs that nobody has judged, and before enough has come.
    private func quality(of session: UnsafeMutablePointer<Session>, _ heard: HeardSound?) -> VoiceQuality? {
        guard let impairment = session.pointee.formats.impairment,
            let pattern = session.pointee.reception.lossPattern, pattern.packetsExpected >= Self.scoredPacketsMin
        else { return nil }
        // What came too late to be played is as good as lost.
        let discarded = heard.map { $0.playout.packetsLate &+ $0.playout.packetsDiscarded } ?? 0
        let lost = Double(pattern.packetsLost &+ discarded)
        return VoiceQuality(
            impairment: impairment, lossShare: lost / Double(pattern.packetsExpected),
            burstRatio: pattern.burstRatio, delayMilliseconds: delay(of: session, heard))
    }

    /// From the peer's mouth to the ear of whom it talks to, as far as it can be known: half of each round trip, and
    /// our own buffer. The buffers of phones are not in it. nil while a round trip is not known.
    private func delay(of session: UnsafeMutablePointer<Session>, _ heard: HeardSound?) -> Double? {
        guard let near = roundTrip(of: session, heard) else { return nil }
        let packet = Double(heard?.playout.packetMilliseconds ?? 20)
        let half = Double(near.nanoseconds) / 2_000_000 + packet
        if let playout = heard?.playout, playout.isKnown {
            return half + Double((playout.delay ?? playout.targetDelay).nanoseconds) / 1_000_000
        }
        guard let sink = sink(of: session) else { return nil }
        let far = roundTrip(of: sink, heardSound(of: sink))
        return far.map { half + Double($0.nanoseconds) / 2_000_000 }
    }

    private static func fraction(_ share: Double) -> UInt8 { UInt8(max(0, min(255, share * 256))) }
    private static func milliseconds(_ value: Double) -> UInt16 { UInt16(max(0, min(65_535, value))) }

    private static func telephoneLevel(_ level: Double?) -> Int8? {
        level.map { Int8(max(-126, min(126, ($0 + digitalOverloadLevel).rounded()))) }
    }
}

extension PlayoutFigures {
    fileprivate init(_ totals: PlayoutTotals) {
        self.init()
        packetsLate = UInt32(clamping: totals.packetsLate)
        packetsDiscarded = UInt32(clamping: totals.packetsDiscarded)
        concealedMilliseconds = UInt32(clamping: totals.concealedMilliseconds)
        delayMilliseconds = totals.delay.map { UInt16(clamping: $0.milliseconds) }
        targetDelayMilliseconds = UInt16(clamping: totals.targetDelay.milliseconds)
    }
}

extension SignalFigures {
    /// nil before the first frame.
    fileprivate init?(_ signal: SignalStatistics) {
        guard let silentShare = signal.silentShare else { return nil }
        self.init()
        speechLevel = signal.speechLevel.map { Int8(max(-127, min(0, $0.rounded()))) }
        noiseLevel = signal.noiseLevel.map { Int8(max(-127, min(0, $0.rounded()))) }
        // 100 is said of silence only.
        silentPercent = speechLevel == nil ? 100 : UInt8(min(99, silentShare * 100))
        clippedSamples = UInt32(clamping: signal.clippedSamples)
    }
}
