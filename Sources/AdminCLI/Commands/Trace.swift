import ArgumentParser
import ControlProtocol
import ControlSocket
import FoundationEssentials

/// `pbxctl trace ID`
struct Trace: AsyncParsableCommand {
    static let configuration = TraceCommand.row.configuration(as: "trace")
    @Argument(help: ArgumentHelp(TraceCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @Flag(help: "Print the messages themselves too; passwords' digests and keys of audio are masked.")
    var messages = false
    @Option(
        help: ArgumentHelp(
            "Write a capture for Wireshark, the messages in made-up packets (datagrams for TLS); - is standard output.",
            valueName: "file"),
        completion: .file(extensions: ["pcap"]))
    var pcap: String?
    @OptionGroup var session: SessionOptions

    func validate() throws {
        if pcap != nil, messages || session.json {
            throw ValidationError("--pcap goes with neither --messages nor --json")
        }
    }

    func run() async throws {
        guard let pcap else {
            return try await session.show(TraceCommand(callId: callId)) { report, context in
                LadderView.text(report, context) + (messages ? MessagesView.text(report, context) : "")
            }
        }
        let client = try await session.connect()
        defer { client.close() }
        let report = try await client.call(TraceCommand(callId: callId))
        let capture = PacketCapture(report)
        if pcap == "-" { return try StandardOutput.write(capture.bytes) }
        do {
            try Data(capture.bytes).write(to: URL(filePath: pcap))
        } catch {
            StandardError.write("pbxctl: cannot write \"\(pcap)\" (check folder and permissions): \(error)\n")
            throw ExitCode.failure
        }
        try StandardOutput.write("\(capture.messageCount) messages of call \(callId) in \(pcap)\n")
    }
}
