import ArgumentParser
import AudioIO
import CursesBackend
import Dispatch
import Foundation
import Glibc
import NIOCore
import NIOPosix

/// `pbx-phone`, from its arguments to its exit status.
package enum PhoneProgram {
    package static func run(_ arguments: [String]) -> Int32 {
        let options: PhoneOptions
        do {
            let command = try PhoneOptions.parseAsRoot(arguments)
            guard let read = command as? PhoneOptions else {
                var command = command
                try command.run()
                return PhoneExit.success.rawValue
            }
            options = read
        } catch let problem as AudioProblem {
            return fail(problem.description, .failed)
        } catch {
            return explain(error)
        }
        do {
            let environment = ProcessInfo.processInfo.environment
            let options = try PhoneFile.filled(options, environment)
            guard options.headless else { return try ScreenProgram.run(options, environment) }
            return try runHeadless(options, try PhoneSetup(options, environment))
        } catch let error as PhoneSetupError {
            return fail(error.message, .badUsage)
        } catch let error as CursesError {
            return fail("\(error.message): \(error.hint)", .failed)
        } catch {
            return fail("\(error)", .failed)
        }
    }

    private static func runHeadless(_ options: PhoneOptions, _ setup: PhoneSetup) throws -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let loop = group.next()
        let exit = loop.makePromise(of: Int32.self)
        let desk = HeadlessDesk(
            target: options.call, waitsForRegistration: !setup.accounts.isEmpty && !options.noRegister,
            outlivesInput: options.autoAnswer)
        let runner = PhoneRunner(desk: desk, loop: loop, exit: exit)
        let signals = [SIGINT, SIGTERM, SIGHUP].map { watch($0, runner) }
        defer { signals.forEach { $0.cancel() } }
        let started = loop.run { try await runner.start(setup, options) }
        started.whenComplete { result in
            switch result {
            case .success: readInput(for: runner)
            case .failure(let error): exit.fail(error)
            }
        }
        return try exit.futureResult.wait()
    }

    /// Standard input may be a file, which no event loop can watch: a thread of its own reads it.
    private static func readInput(for runner: PhoneRunner) {
        Thread.detachNewThread {
            while let line = readLine() {
                runner.loop.execute { runner.assumeIsolated { $0.lineRead(line) } }
            }
            runner.loop.execute { runner.assumeIsolated { $0.inputEnded() } }
        }
    }

    private static func watch(_ number: Int32, _ runner: PhoneRunner) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { runner.loop.execute { runner.assumeIsolated { $0.interrupted() } } }
        source.resume()
        return source
    }

    /// Help and version are what was asked for; anything else is bad usage.
    private static func explain(_ error: any Error) -> Int32 {
        guard PhoneOptions.exitCode(for: error) == .success else {
            return fail("\(PhoneOptions.message(for: error)) (pbx-phone --help shows what there is)", .badUsage)
        }
        let bytes = Array((PhoneOptions.fullMessage(for: error) + "\n").utf8)
        _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
        return 0
    }

    private static func fail(_ message: String, _ status: PhoneExit) -> Int32 {
        let bytes = Array("pbx-phone: \(message)\n".utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
        return status.rawValue
    }
}
