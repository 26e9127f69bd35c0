import AudioDSP
import FaxPhoneKit
import FaxTestKit
import Foundation
import NIOPosix
import SystemTestKit
import Testing

extension DemoTests {
    /// The demo's fax box receives from and sends to fax machines, with fax packets (T.38) and without.
    @Suite(.serialized) struct FaxBoxTests {
        private static let pages = FaxPages(count: 3, rows: 300)
        private let daemon: Daemon
        private let folder: FaxFolder
        private let document: String

        init() throws {
            daemon = try Daemon()
            folder = try FaxFolder()
            document = try folder.write(Self.pages.tiff(verticalResolution: 196), to: "sent.tif")
        }

        private func phone(_ number: String, _ habits: FaxHabits) async throws -> FaxPhone {
            let phone = FaxPhone(
                SIPAccount(number, at: daemon.port), habits, inbox: folder.file("\(number).tif"),
                loop: MultiThreadedEventLoopGroup.singleton.next())
            try await phone.start()
            return phone
        }

        @Test func faxesAreReceivedAsPDF() async throws {
            let phones = [
                try await phone("101", FaxHabits(.taken)), try await phone("102", FaxHabits(.refused)),
                try await phone("103", FaxHabits(.wanted)),
            ]
            let document = document
            let sendings = phones.map { phone in Task { try await phone.send(document, to: "900") } }
            for (sending, isOverPackets) in zip(sendings, [true, false, true]) {
                let result = try await sending.value
                #expect(result.outcome?.isSuccess == true, "\(result.summary)")
                #expect(result.isOverPackets == isOverPackets, "\(result.summary)")
            }
            try daemon.waitUntilQuiet()
            let inbox = daemon.folder.path("state/fax/900")
            let files = try FileManager.default.contentsOfDirectory(atPath: inbox).sorted()
            #expect(files.count { $0.hasSuffix(".pdf") } == 3)
            let received = files.filter { $0.hasSuffix(".tif") }
            #expect(received.count == 3 && files.count == 6)
            for name in received {
                let areSame = FaxPages(path: "\(inbox)/\(name)") == Self.pages
                #expect(areSame, "\(name): the pages differ")
            }
            let steps = try daemon.query("SELECT route_steps FROM call")
            #expect(steps.contains("fax complete, 3 pages"))
            for phone in phones { await phone.close() }
        }

        @Test func faxesAreSentByCommand() async throws {
            let phones = [try await phone("101", FaxHabits(.wanted)), try await phone("102", FaxHabits(.refused))]
            let receipts = phones.map { phone in Task { try await phone.receive() } }
            for number in ["101", "102"] {
                let answer = try daemon.control("fax", "900", number, document)
                #expect(answer.status == 0, "\(answer.output)")
            }
            for (receipt, isOverPackets) in zip(receipts, [true, false]) {
                let result = try await receipt.value
                #expect(result.outcome?.isSuccess == true, "\(result.summary)")
                #expect(result.outcome?.remoteIdentity == "900")
                #expect(result.isOverPackets == isOverPackets, "\(result.summary)")
            }
            // Above each page stands a line of ours, so only their number can be compared.
            for number in ["101", "102"] { #expect(FaxPages(path: folder.file("\(number).tif"))?.pages.count == 3) }
            try daemon.waitUntilQuiet()
            for phone in phones { await phone.close() }
        }

        @Test func whatCannotBeSentIsSaidAtOnce() throws {
            let text = try folder.write(Array("no pages".utf8), to: "text.txt")
            for (arguments, finding) in [
                (("900", "101", text), "is no TIFF file"), (("900", "101", "/nonexistent.tif"), "cannot be read"),
                (("901", "101", document), "no fax box"), (("900", "999", document), "no extension"),
                (("900", "101", document), "no phone registered"),
            ] {
                let answer = try daemon.control("fax", arguments.0, arguments.1, arguments.2)
                #expect(answer.status == 1)
                #expect(answer.output.contains(finding), "\(answer.output)")
            }
        }
    }
}
