import SystemTestKit
import Testing

extension DemoTests {
    /// Many calls at once, and a crash among them.
    @Suite(.serialized) struct LoadTests {
        @Test func aThousandCallsLeaveAThousandRecordsAndNothingElse() throws {
            let daemon = try Daemon()
            let (caller, callee) = (SIPAccount("101", at: daemon.port), SIPAccount("102", at: daemon.port))
            let load = SIPp.Load(calls: 1_000, callsPerSecond: 100)
            let answering = try SIPp(.callee(), callee, load: load, isCallee: true)
            try SIPp.register(callee, contactPort: answering.port)
            let before = try daemon.footprint()
            let calling = try SIPp(.caller(caller, calling: "102"), caller, load: load)
            try calling.succeed(within: 120)
            try answering.succeed()
            #expect(try daemon.records().count == 1_000)
            #expect(try daemon.records().allSatisfy { $0.cause == "normal" && $0.endedAt != nil })
            try daemon.waitUntilIdle()
            let after = try daemon.footprint()
            #expect(after.descriptors <= before.descriptors + 2)
            #expect(after.residentKB < before.residentKB + 30_000)
            #expect(try daemon.stop() == 0)
        }

        /// product.md: a crash loses no record of a call whose end was confirmed (its BYE answered).
        @Test func killedTwentyTimesItKeepsEveryCallWhoseEndWasConfirmed() throws {
            let folder = try TemporaryFolder()
            let (port, calleePort) = (try LoopbackPorts.take(), try LoopbackPorts.take())
            let (caller, callee) = (SIPAccount("101", at: port), SIPAccount("102", at: port))
            var confirmed = 0
            for round in 0..<20 {
                let daemon = try Daemon(folder: folder, port: port)
                let load = SIPp.Load(calls: 10_000, callsPerSecond: 100)
                let answering = try SIPp(.callee(), callee, load: load, port: calleePort, isCallee: true)
                try SIPp.register(callee, contactPort: calleePort)
                let calling = try SIPp(.caller(caller, calling: "102"), caller, load: load)
                let ended = try Waiting.value(of: "calls to end under load") {
                    let count = calling.counts.successful
                    return count >= 20 + round ? count : nil
                }
                daemon.process.kill()
                // What SIPp has counted by now was confirmed before the kill.
                calling.process.kill()
                answering.process.kill()
                confirmed += max(ended, calling.counts.successful)
            }
            let daemon = try Daemon(folder: folder, port: port)
            let kept = Int(try daemon.query("SELECT count(*) FROM call WHERE cause = 'normal'")) ?? 0
            let open = try daemon.query("SELECT count(*) FROM call WHERE ended_at IS NULL")
            #expect(kept >= confirmed)
            #expect(open == "0")
            #expect(try daemon.query("PRAGMA integrity_check") == "ok")
        }
    }
}
