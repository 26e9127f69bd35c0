import CursesBackend
import Glibc
import NIOCore
import NIOPosix
import PBXBase
import PBXConfig
import TerminalUI

/// `pbx-phone` with its screen, or line by line: the phone on its event loop, the terminal on the main thread.
enum ScreenProgram {
    static func run(_ options: PhoneOptions, _ environment: [String: String]) throws -> Int32 {
        guard options.linear || (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) else {
            throw PhoneSetupError(
                message: "standard input and output are no terminal (--linear is for screen readers and pipes, "
                    + "--headless for scripts)")
        }
        let signals = SignalInbox(ScreenDriver<PhoneScreen>.signals)
        signal(SIGPIPE, SIG_IGN)
        let setup = try PhoneSetup(options, environment)
        let history = HistoryFile(environment)
        let state = try ScreenSetup.state(options, setup, history?.read() ?? CallHistory(), environment)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let loop = group.next()
        let exit = loop.makePromise(of: Int32.self)
        let inbox = EventInbox<PhoneScreenEvent>()
        let desk = ScreenDesk(
            target: options.call, waitsForRegistration: !setup.accounts.isEmpty && !options.noRegister,
            wantsLevels: options.usesSound && !options.linear,
            recorder: HistoryRecorder(accounts: setup.accounts.map(\.addressOfRecord)), inbox: inbox)
        let runner = PhoneRunner(desk: desk, loop: loop, history: history, exit: exit)
        do {
            try loop.run { try await runner.start(setup, options) }.wait()
        } catch {
            exit.fail(error)
            throw error
        }
        let shown = Result { try show(state, options, environment, inbox: inbox, runner, signals) }
        // Calls are ended and registrations taken back, however the screen ended.
        loop.execute { runner.assumeIsolated { $0.interrupted() } }
        let status = try exit.futureResult.wait()
        try shown.get()
        return status
    }

    /// Returns when the user leaves, or the terminal is gone.
    private static func show(
        _ state: PhoneScreenState, _ options: PhoneOptions, _ environment: [String: String],
        inbox: EventInbox<PhoneScreenEvent>, _ runner: PhoneRunner, _ signals: SignalInbox
    ) throws {
        guard !options.linear else {
            return LinearDriver<PhoneScreen>(state, inbox: inbox) { order($0, runner) }.run(signals) {}
        }
        let terminal = try CursesTerminal(
            wantsColours: environment["NO_COLOR"]?.isEmpty ?? true, notifies: options.notify)
        defer { terminal.close() }
        var driver = ScreenDriver<PhoneScreen>(state, terminal: terminal, inbox: inbox) { order($0, runner) }
        driver.run(signals)
    }

    private static func order(_ effect: PhoneScreenEffect, _ runner: PhoneRunner) -> DriverOrder {
        switch effect {
        case .command(let command):
            runner.loop.execute { runner.assumeIsolated { $0.command(command) } }
        case .markSeen(let time):
            runner.loop.execute { runner.assumeIsolated { $0.remember(.seen(time)) } }
        case .alert(let text): return .alert(text)
        case .redraw: return .redraw
        case .quit: return .stop
        }
        return .goOn
    }
}

/// From options, files and environment to the first state.
enum ScreenSetup {
    static func state(
        _ options: PhoneOptions, _ setup: PhoneSetup, _ history: CallHistory, _ environment: [String: String]
    ) throws -> PhoneScreenState {
        do {
            let choice = try LanguageChoice(option: options.lang, environment)
            let (book, problem) = book(options.phonebook, setup.people, environment)
            var state = try PhoneScreenState(
                size: Size(width: 80, height: 24), now: ProcessClock.now,
                format: LocalFormat(habit: choice.habit, secondsEast: ProcessClock.secondsEast),
                language: choice.language,
                accounts: setup.accounts.map {
                    PhoneAccountState(name: "\($0.user)@\($0.domain)", registers: !options.noRegister)
                }, hasCard: options.usesSound, book: book, history: history,
                keyChanges: try keyChanges(options.keys, environment))
            if let problem { state.say(problem, isError: true) }
            return state
        } catch let error as LanguageChoice.Unknown {
            throw PhoneSetupError(message: error.message)
        } catch let error as KeymapError {
            throw PhoneSetupError(message: error.message)
        } catch let error as ConfigurationError {
            throw PhoneSetupError(message: error.description)
        }
    }

    /// Who can phone without it does: a mistake in the phone book is told, and leaves the company's people.
    private static func book(
        _ option: String?, _ people: [PhoneBookEntry], _ environment: [String: String]
    ) -> (PhoneBook, problem: String?) {
        do throws(ConfigurationError) {
            let file = try UserFile.read("phonebook.toml", option: option, environment)
            // The user's own names for people go before the company's.
            return (PhoneBook((file.map(PhoneBook.init)?.entries ?? []) + people), nil)
        } catch {
            return (PhoneBook(people), error.description)
        }
    }

    /// The user's own keys. The file is the console's too, whose places have no `phone.` in front.
    private static func keyChanges(_ option: String?, _ environment: [String: String]) throws -> [KeyChange] {
        let file = try UserFile.read("keys.toml", option: option, environment)
        return file?.entries.filter { $0.table.hasPrefix("phone.") }.map {
            KeyChange(context: $0.table, action: $0.key, keys: $0.values, place: $0.place)
        } ?? []
    }
}

extension PhoneSetup.Account {
    /// As `PhoneAccount` has it.
    fileprivate var addressOfRecord: String { "sip:\(user)@\(domain)" }
}
