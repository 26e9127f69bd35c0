import AudioDSP
import FaxPhoneKit
import FaxTestKit
import NIOPosix
import SystemTestKit
import Testing

extension DemoTests {
    /// Faxes pass the daemon in real time, between machines that take fax packets (T.38) and others that do not.
    @Suite(.serialized) struct FaxCallTests {
        /// Two phones, each of which sends the other a fax at the same time.
        struct Pair: Sendable {
            var name: String
            var habits: [FaxHabits]
            /// What each phone's leg carries in the end, as the daemon shows it.
            var codecs: [String]
        }

        private static let pages = FaxPages(count: 3, rows: 300)
        private static let verticalResolution = 196

        private static let pairs = [
            Pair(name: "both ask for packets", habits: [FaxHabits(.wanted), FaxHabits(.wanted)], codecs: packets),
            Pair(name: "one asks for packets", habits: [FaxHabits(.taken), FaxHabits(.wanted)], codecs: packets),
            Pair(name: "none takes packets", habits: [FaxHabits(.refused), FaxHabits(.refused)], codecs: sound),
            Pair(
                name: "none takes packets, unlike codecs",
                habits: [FaxHabits(.refused, format: FaxHabits.ulaw), FaxHabits(.refused)], codecs: ["PCMU", "PCMA"]),
            Pair(
                name: "one takes packets", habits: [FaxHabits(.refused), FaxHabits(.wanted)], codecs: ["PCMA", "T.38"]),
            Pair(
                name: "one takes packets, unlike codecs",
                habits: [FaxHabits(.refused, format: FaxHabits.ulaw), FaxHabits(.wanted)], codecs: ["PCMU", "T.38"]),
            Pair(
                name: "both ask for packets, 2 % lost",
                habits: [FaxHabits(.wanted, losesOneOf: 50), FaxHabits(.wanted, losesOneOf: 50)], codecs: packets),
            Pair(
                name: "one takes packets, 2 % lost", habits: [FaxHabits(.refused), FaxHabits(.wanted, losesOneOf: 50)],
                codecs: ["PCMA", "T.38"]),
        ]
        private static let packets = ["T.38", "T.38"]
        private static let sound = ["PCMA", "PCMA"]

        /// One fax on its way.
        private struct Transfer {
            var pair: Pair
            /// Which phone of the pair calls.
            var callerIndex: Int
            var numbers: [String]
            var inbox: String
            var sent: Task<FaxResult, any Error>
            var received: Task<FaxResult, any Error>

            var name: String { "\(pair.name), \(caller) to \(called)" }
            var caller: String { numbers[callerIndex] }
            var called: String { numbers[1 - callerIndex] }
        }

        @Test func faxesPassBothWaysBetweenMachinesOfEveryKind() async throws {
            let daemon = try Daemon()
            let folder = try FaxFolder()
            let document = try folder.write(
                Self.pages.tiff(verticalResolution: Self.verticalResolution), to: "sent.tif")
            var phones: [FaxPhone] = []
            var transfers: [Transfer] = []
            for (index, pair) in Self.pairs.enumerated() {
                let numbers = [101 + 2 * index, 102 + 2 * index].map(String.init)
                var both: [FaxPhone] = []
                for (number, habits) in zip(numbers, pair.habits) {
                    both.append(
                        FaxPhone(
                            SIPAccount(number, at: daemon.port), habits, inbox: folder.file("\(number).tif"),
                            loop: MultiThreadedEventLoopGroup.singleton.next()))
                }
                for phone in both { try await phone.start() }
                phones += both
                for caller in 0...1 {
                    let (calling, called) = (both[caller], both[1 - caller])
                    transfers.append(
                        Transfer(
                            pair: pair, callerIndex: caller, numbers: numbers,
                            inbox: folder.file("\(numbers[1 - caller]).tif"),
                            sent: Task { try await calling.send(document, to: numbers[1 - caller]) },
                            received: Task { try await called.receive() }))
                }
            }
            try waitForCodecs(of: transfers, at: daemon)
            for transfer in transfers { try await check(transfer) }
            try daemon.waitUntilQuiet()
            let records = try daemon.records()
            #expect(records.count == transfers.count)
            #expect(records.allSatisfy { $0.isAnswered && $0.cause == "normal" })
            #expect(try daemon.calls().isEmpty)
            for phone in phones { await phone.close() }
            #expect(try daemon.stop() == 0)
        }

        /// Waits until each leg of each call carries what it should.
        private func waitForCodecs(of transfers: [Transfer], at daemon: Daemon) throws {
            for transfer in transfers {
                let wanted = [
                    transfer.pair.codecs[transfer.callerIndex], transfer.pair.codecs[1 - transfer.callerIndex],
                ]
                var seen: [String?] = []
                do {
                    try Waiting.until("the codecs") {
                        let call = try daemon.calls().first { $0.from == transfer.caller && $0.to == transfer.called }
                        seen = ["caller", "callee"].map { call?.codec(of: $0) }
                        return seen == wanted
                    }
                } catch {
                    Issue.record("\(transfer.name): legs carry \(seen) instead of \(wanted)")
                }
            }
        }

        private func check(_ transfer: Transfer) async throws {
            let (sent, received) = (try await transfer.sent.value, try await transfer.received.value)
            for (result, codec) in [
                (sent, transfer.pair.codecs[transfer.callerIndex]),
                (received, transfer.pair.codecs[1 - transfer.callerIndex]),
            ] {
                let told = "\(transfer.name): \(result.summary)"
                #expect(result.outcome?.isSuccess == true, "\(told)")
                #expect(result.outcome?.pages == 3, "\(told)")
                #expect(result.isOverPackets == (codec == "T.38"), "\(told)")
                #expect(result.packetsMissing == 0, "\(told)")
            }
            let areSame = FaxPages(path: transfer.inbox) == Self.pages
            #expect(areSame, "\(transfer.name): the pages differ")
        }
    }
}
