import MediaControl
import PBXBase
import PBXModel
import SDPNegotiation
import SIPGrammar

// What the media workers counted, as records and watchers see it.
extension CallTable {
    /// When the workers are asked for a call's figures first: early enough to say that somebody hears nothing.
    static let firstFiguresAfter = Interval.seconds(5)
    /// And how often from then on.
    static let figuresInterval = Interval.seconds(15)

    /// Asks for the figures of a call that is up.
    func askForFigures(_ call: Call, now: Instant, into effects: inout [CallEffect]) {
        // A party that was given another port has to agree first: nothing is planned for that one.
        let legs = [call.caller, call.callee].compactMap(\.self).filter { $0.id != call.restoringAudioOf }
        let ports = legs.compactMap(\.port?.id)
        call.reportDeadline = now + Self.figuresInterval
        // A caller that was made an offer has not yet said what it takes of it: nothing is planned for its ports.
        guard call.caller.remote != nil else { return }
        if !ports.isEmpty { effects.append(.media(.report(ports))) }
    }

    func figuresReceived(
        _ statistics: MediaStatistics, of port: MediaPortID, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let (call, leg) = leg(of: port), call.state != .ended else { return }
        leg.statistics = statistics
        let before = leg.verdict
        leg.judge(call, until: context.now.wall)
        if let verdict = leg.verdict, before == nil {
            let text = "audio of \(leg.number): \(verdict)"
            effects.append(.note(Note(.warning, text, call: call.id, source: leg.flow.remote)))
        }
        // Both were asked for at once, and the callee's come last: one event for both.
        if leg !== call.caller || call.callee?.port == nil { effects.append(.changed(call.id, .updated)) }
    }
}

extension CallLeg {
    /// The figures of this leg's port as the record keeps them.
    var figures: MediaFigures? {
        guard let statistics else { return nil }
        var figures = MediaFigures(
            codec: codecName, packetsReceived: Int(clamping: statistics.packetsReceived),
            packetsSent: Int(clamping: statistics.packetsSent), packetsLost: Int(clamping: statistics.packetsLost),
            packetsDropped: Int(clamping: statistics.packetsDropped), jitterMicroseconds: statistics.jitterMicroseconds,
            longestGapMilliseconds: statistics.longestGapMilliseconds,
            roundTripMicroseconds: statistics.roundTripMicroseconds,
            listeningScoreHundredths: statistics.listeningScoreHundredths.map(Int.init), verdict: verdict)
        figures.conversationalScoreHundredths = statistics.conversationalScoreHundredths.map(Int.init)
        figures.bursts = statistics.lossSpread.map { Int($0.bursts) }
        figures.longestLossRun = statistics.lossSpread.map { Int($0.longestLossRun) }
        if let playout = statistics.playout {
            figures.packetsLate = Int(playout.packetsLate)
            figures.packetsDiscarded = Int(playout.packetsDiscarded)
            figures.concealedMilliseconds = Int(playout.concealedMilliseconds)
            // In a pause nothing waits: what it is meant to be says more than nothing.
            figures.playoutDelayMilliseconds = Int(playout.delayMilliseconds ?? playout.targetDelayMilliseconds)
        }
        if let signal = statistics.signal {
            figures.speechLevel = signal.speechLevel.map(Int.init)
            figures.noiseLevel = signal.noiseLevel.map(Int.init)
            figures.silentPercent = Int(signal.silentPercent)
            figures.clippedSamples = Int(signal.clippedSamples)
        }
        if let report = statistics.peerReport {
            figures.peerPacketsLost = Int(report.packetsLost)
            figures.peerJitterMicroseconds = report.jitterMicroseconds
            figures.peerListeningScoreTenths = report.listeningScoreTenths.map(Int.init)
        }
        return figures
    }

    /// Finds out what is wrong with the audio, as far as the figures show it.
    func judge(_ call: Call, until end: WallTime) {
        guard let statistics, let remote, let start = call.record.answeredAt else { return }
        verdict =
            MediaVerdict(
                statistics, lasted: end - start, isReceiving: remote.direction.sends, isSending: !remote.isHeld,
                announced: remote.remote?.address, signalling: flow.remote.address
            )?.description
    }

    /// How its packets are protected, in a word or two; nil: they are not.
    var encryption: String? {
        guard let remote, let plan = SecurityPlan(ours: local.transport, peers: remote.transport) else { return nil }
        return switch plan {
        case .plain: nil
        case .sdes(let send, _): "SRTP \(send.profile.suiteName)"
        case .dtls: "DTLS-SRTP"
        }
    }
}
