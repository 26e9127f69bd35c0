import AudioDSP
import MediaControl

/// Runs the fax machines of all calls on one thread, and reports what becomes of them.
///
/// `@unchecked Sendable`: new feeds come through a locked inbox, everything else is touched by the thread alone.
final class FaxRunner: @unchecked Sendable {
    private let inbox = Inbox<FaxFeed>()
    private let report: @Sendable (MediaEvent) -> Bool
    private var machines: [FaxMachine] = []
    private var unreported: [MediaEvent] = []

    init(report: @escaping @Sendable (MediaEvent) -> Bool) { self.report = report }

    /// From the core thread.
    func add(_ feed: FaxFeed) { inbox.add(feed) }

    /// Lets every machine catch up with its worker; true: look again soon.
    func pump() -> Bool {
        machines += inbox.takeAll().map { FaxMachine($0) }
        for machine in machines { machine.run { unreported.append($0) } }
        machines.removeAll(where: \.isOver)
        while let event = unreported.first, report(event) { unreported.removeFirst() }
        return !machines.isEmpty || !unreported.isEmpty
    }
}

/// One fax machine of ours with what it has heard and is to send.
private final class FaxMachine {
    private let feed: FaxFeed
    private let samples = UnsafeMutableBufferPointer<Int16>.allocate(capacity: FaxLine.stepSamples)
    private var terminal: FaxTerminal?
    private var wasHeard = false
    private(set) var isOver = false

    init(_ feed: FaxFeed) {
        self.feed = feed
        samples.initialize(repeating: 0)
        // A little silence ahead: what is sent does not falter when this thread is a moment late.
        for _ in 0..<Self.stepsAhead { feed.send(FaxFeed.Unit(samples: samples.span)) }
    }

    deinit { samples.deallocate() }

    /// 60 ms.
    private static let stepsAhead = 3

    func run(report: (MediaEvent) -> Void) {
        guard let terminal = terminal ?? start(report) else { return }
        if let parameters = feed.takeChange(), !terminal.changeToPackets(T38Settings(parameters)) {
            // Too late: the other machine waits for packets that will not come, and gives up.
            terminal.hangUp()
        }
        while let unit = feed.takeHeard() { hear(unit, terminal) }
        if feed.isHungUp { terminal.hangUp() }
        while terminal.nextPacket({ packet, copies in
            FaxFeed.Unit(packet: packet, UInt16(clamping: copies)).map(feed.send)
        }) {}
        while let event = terminal.nextEvent() { tell(event, report) }
        guard let outcome = terminal.outcome else { return }
        isOver = true
        // The terminal has closed its file by now.
        var end = FaxEnd(outcome)
        if case .receive(let path) = feed.transmission.document {
            end.document = ReceivedFax(path: path).finish(pages: outcome.pages)
        }
        report(.faxEnded(feed.transmission.id, end))
    }

    private func start(_ report: (MediaEvent) -> Void) -> FaxTerminal? {
        if case .receive(let path) = feed.transmission.document { makeFolders(of: path) }
        do {
            let made = try FaxTerminal(sound: FaxTerminalSettings(feed.transmission))
            terminal = made
            return made
        } catch {
            isOver = true
            report(.faxEnded(feed.transmission.id, FaxEnd(failure: "no fax machine could be made: \(error)")))
            return nil
        }
    }

    private func hear(_ unit: FaxFeed.Unit, _ terminal: FaxTerminal) {
        switch unit.content {
        case .samples:
            unit.copySamples(into: samples)
            terminal.audioReceived(UnsafeMutableBufferPointer(rebasing: samples[..<unit.count]).span)
        case .gap: terminal.audioMissing(unit.count)
        case .packet(let number): terminal.packetReceived(unit.bytes.span.extracting(0..<unit.count), sequence: number)
        case .time: passTime(unit.count, terminal)
        }
    }

    /// A step of the worker is over.
    private func passTime(_ count: Int, _ terminal: FaxTerminal) {
        if terminal.isOverPackets { return terminal.advance(samples: count) }
        var sound = samples.mutableSpan
        _ = terminal.makeAudio(into: &sound)
        feed.send(FaxFeed.Unit(samples: samples.span))
    }

    private func tell(_ event: FaxEvent, _ report: (MediaEvent) -> Void) {
        switch event {
        case .callingToneHeard, .answerToneHeard, .negotiationBegan: break
        case .preambleHeard:
            guard !wasHeard else { return }
            wasHeard = true
            report(.faxProgressed(feed.transmission.id, .machineHeard))
        case .pageEnded(let count): report(.faxProgressed(feed.transmission.id, .pages(count)))
        }
    }
}

extension FaxTerminalSettings {
    fileprivate init(_ transmission: FaxTransmission) {
        let document: Document =
            switch transmission.document {
            case .send(let path): .send(path: path)
            case .receive(let path): .receive(path: path)
            }
        self.init(
            document: document, isCalling: transmission.isCalling, stationIdentity: transmission.stationIdentity,
            pageHeader: transmission.pageHeader)
    }
}

extension FaxEnd {
    fileprivate init(_ outcome: FaxOutcome) {
        self.init(
            failure: outcome.isSuccess ? nil : outcome.reason, pages: outcome.pages, bitRate: outcome.bitRate,
            isErrorCorrected: outcome.isErrorCorrected, remoteIdentity: outcome.remoteIdentity)
    }
}
