import ArgumentParser
import ControlSocket
import CursesBackend
import FoundationEssentials
import Glibc
import PBXBase
import PBXConfig
import TerminalUI

/// `pbx-console`, from its arguments to its exit status: 0 left by the user, 1 failed, 2 bad usage.
package enum ConsoleProgram {
    package static func run(_ arguments: [String]) -> Int32 {
        let options: ConsoleOptions
        do {
            options = try ConsoleOptions.parse(arguments)
        } catch {
            return explain(error)
        }
        let signals = SignalInbox(ScreenDriver<Console>.signals)
        let environment = ProcessInfo.processInfo.environment
        do {
            let state = try ConsoleSetup.state(options, environment)
            let inbox = EventInbox<ConsoleEvent>()
            let socket = options.socket
            let link = ConsoleLink(
                path: { ControlSocketPath.choose(option: socket, environment: environment, uid: getuid()) },
                inbox: inbox)
            defer { link.stop() }
            if options.linear {
                LinearDriver<Console>(state, inbox: inbox) { order($0, link) }.run(signals) { link.start() }
            } else {
                let terminal = try CursesTerminal(
                    wantsColours: environment["NO_COLOR"]?.isEmpty ?? true, notifies: options.notify)
                defer { terminal.close() }
                link.start()
                var driver = ScreenDriver<Console>(state, terminal: terminal, inbox: inbox) { effect in
                    order(effect, link)
                }
                driver.run(signals)
            }
            return 0
        } catch let error as ConsoleSetupError {
            return fail(error.message, status: 2)
        } catch {
            return fail((error as? CursesError).map { "\($0.message): \($0.hint)" } ?? "\(error)", status: 1)
        }
    }

    private static func order(_ effect: ConsoleEffect, _ link: ConsoleLink) -> DriverOrder {
        switch effect {
        case .alert(let text): return .alert(text)
        case .redraw: return .redraw
        case .quit: return .stop
        case .reconnect: link.start()
        case .send, .listDirectory, .listRecords, .trace: link.perform(effect)
        }
        return .goOn
    }

    /// Help and version are what was asked for; anything else is bad usage.
    private static func explain(_ error: any Error) -> Int32 {
        let isAsked = ConsoleOptions.exitCode(for: error) == .success
        guard isAsked else {
            return fail("\(ConsoleOptions.message(for: error)) (pbx-console --help shows what there is)", status: 2)
        }
        let bytes = Array((ConsoleOptions.fullMessage(for: error) + "\n").utf8)
        _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
        return 0
    }

    private static func fail(_ message: String, status: Int32) -> Int32 {
        let bytes = Array("pbx-console: \(message)\n".utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
        return status
    }
}
