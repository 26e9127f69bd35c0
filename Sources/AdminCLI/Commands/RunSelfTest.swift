import ArgumentParser
import ControlSocket
import SelfTest

/// `pbxctl selftest`: exit status 1 when a step failed.
struct RunSelfTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest", abstract: "prove that calls work, with two phones of the test's own",
        discussion: """
            Borrows two extensions from the daemon, registers a phone as each over this machine's loopback, places a \
            call, sends a tone and digits both ways and checks what arrives, hangs up, and looks for the call record. \
            No phone of a user rings. Takes about four seconds.
            """)
    @OptionGroup var session: SessionOptions

    func run() async throws {
        let client = try await session.connect()
        defer { client.close() }
        let context = ViewContext.current()
        let report = await SelfTestRun.run(client) { step in
            // A reader that has gone stops the text, not the test: its phones are still to be unregistered.
            if !session.json { try? StandardOutput.write(SelfTestView.line(step, context)) }
        }
        try StandardOutput.write(
            session.json ? JSONText.document(report) : SelfTestView.conclusion(report, context))
        if !report.isPassed { throw ExitCode.failure }
    }
}
