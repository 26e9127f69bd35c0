import MediaControl
package import PBXBase

/// A phone without a screen, for scripts and tests: commands are lines on standard input, events are JSON lines on
/// standard output. A value: what it wants of the phone it returns as orders.
package struct HeadlessDesk: PhoneDesk {
    /// Called as soon as the phone is ready; its end is the end of the program.
    private let target: String?
    /// The call of `target` waits for the first account's registration.
    private let waitsForRegistration: Bool
    /// The program ends with its input and its last call, unless it is there to answer.
    private let outlivesInput: Bool
    private var hasCalled = false
    private var isInputOver = false
    private var lines: Set<LineNumber> = []
    private var targetLine: LineNumber?
    private var exit: PhoneExit?
    /// The first file that could not be played or recorded spoils an otherwise good end.
    private var hasFileFailed = false

    package init(target: String?, waitsForRegistration: Bool, outlivesInput: Bool) {
        self.target = target
        self.waitsForRegistration = waitsForRegistration
        self.outlivesInput = outlivesInput
    }

    /// The phone is there.
    package mutating func started() -> [DeskOrder] {
        var orders: [DeskOrder] = [.command(.register)]
        if !waitsForRegistration { callTarget(&orders) }
        return orders
    }

    package mutating func lineRead(_ text: String) -> [DeskOrder] {
        do throws(HeadlessSyntaxError) {
            switch try HeadlessCommand.read(text) {
            case nil: return []
            case .phone(let command): return [.command(command)]
            case .help:
                return HeadlessVerb.allCases.map { verb in
                    var line = EventLine("help")
                    line.name = verb.usage
                    line.message = verb.summary
                    return .write(line.text)
                }
            case .quit: return leave(.success)
            }
        } catch {
            var line = EventLine("failed")
            line.message = error.message
            return [.write(line.text)]
        }
    }

    package mutating func inputEnded() -> [DeskOrder] {
        isInputOver = true
        return leaveIfIdle()
    }

    package mutating func troubled(_ problem: String) -> [DeskOrder] { [.write(EventLine(.failed(problem)).text)] }

    package mutating func told(_ event: PhoneEvent, at now: WallTime) -> [DeskOrder] { told(event) }

    package mutating func told(_ event: PhoneEvent) -> [DeskOrder] {
        var orders: [DeskOrder] = [.write(EventLine(event).text)]
        switch event {
        case .registered(account: 0, _): if waitsForRegistration { callTarget(&orders) }
        case .registrationFailed(account: 0, _, _, let isFinal):
            if waitsForRegistration, !hasCalled, target != nil || isFinal { orders += leave(.notRegistered) }
        case .line(let summary):
            if lines.insert(summary.line).inserted, hasCalled, targetLine == nil, summary.isOutgoing {
                targetLine = summary.line
            }
        case .ended(let summary, let end, _):
            lines.remove(summary.line)
            if targetLine == summary.line {
                let status = PhoneExit(end)
                orders += leave(status == .success && hasFileFailed ? .fileFailed : status)
            } else {
                orders += leaveIfIdle()
            }
        case .playbackEnded(_, .failed), .recordingEnded(_, .failed): hasFileFailed = true
        case .failed:
            // The call that the program is for could not even be begun.
            if hasCalled, targetLine == nil, target != nil { orders += leave(.failed) }
        case .stopped: orders.append(.exit((exit ?? .success).rawValue))
        case .registered, .registrationFailed, .unregistered, .digit, .transferring, .playbackEnded, .recordingEnded,
            .messagesWaiting, .lamp, .volume, .levels, .noted:
            break
        }
        return orders
    }

    private mutating func callTarget(_ orders: inout [DeskOrder]) {
        guard let target, !hasCalled else { return }
        hasCalled = true
        orders.append(.command(.call(target, account: nil)))
    }

    private mutating func leaveIfIdle() -> [DeskOrder] {
        guard isInputOver, lines.isEmpty, !outlivesInput, target == nil else { return [] }
        return leave(.success)
    }

    private mutating func leave(_ status: PhoneExit) -> [DeskOrder] {
        guard exit == nil else { return [] }
        exit = status
        return [.command(.stop)]
    }

    /// Somebody wants the program to end (SIGTERM, SIGINT).
    package mutating func interrupted() -> [DeskOrder] { leave(.success) }
}
