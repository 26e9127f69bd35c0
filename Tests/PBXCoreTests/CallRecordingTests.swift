import CallControl
import MediaControl
import PBXBase
import PBXCore
import PBXModel
import Simulation
import Testing

/// Calls that are recorded by command.
@Suite struct CallRecordingTests {
    private let office = Office { $0.media.recordingFolder = "/recordings" }
    private let caller: Desk
    private let callee: Desk

    init() {
        caller = office.desk("101")
        callee = office.desk("102")
        caller.calls("102")
        callee.picksUp()
    }

    private var call: CallID? { office.calls.first?.id }
    private var running: Int { office.exchange.media.recordingsRunning.count }

    private func start() throws -> String {
        defer { office.wait() }
        return try office.exchange.startRecording(try #require(call), now: office.world.now)
    }

    private func stop() throws {
        defer { office.wait() }
        try office.exchange.operate(.stopRecording(try #require(call)), now: office.world.now)
    }

    @Test func `both parties are recorded until told otherwise`() throws {
        let path = try start()
        #expect(path.hasPrefix("/recordings/") && path.hasSuffix("-1.wav"))
        let recording = try #require(office.exchange.media.recordings.first)
        #expect(recording.path == path)
        #expect(recording.ports.count == 2 && recording.layout == .stereo)
        #expect(office.calls.first?.snapshot.recording == path)
        #expect(throws: CallRefusal.wrongState("is being recorded already")) { try start() }
        try stop()
        #expect(running == 0)
        #expect(office.calls.first?.snapshot.recording == nil)
        #expect(throws: CallRefusal.wrongState("is not being recorded")) { try stop() }
        let second = try start()
        #expect(second.hasSuffix("-2.wav"))
        caller.hangsUp()
        #expect(running == 0)
        #expect(office.record?.routeSteps.contains("recorded to \(path)") == true)
        office.close()
    }

    @Test func `a recording ends when a party is handed over`() throws {
        _ = try start()
        let third = office.desk("103")
        try office.exchange.operate(
            .transferBlind(try #require(call), by: "102", to: "103"), now: office.world.now)
        office.wait()
        #expect(running == 0)
        third.picksUp()
        #expect(office.calls.first?.snapshot.recording == nil)
        _ = try start()
        #expect(running == 1)
        third.hangsUp()
        #expect(running == 0)
        office.close()
    }

    @Test func `what is no bridge of two is not recorded`() throws {
        caller.hangsUp()
        caller.calls("*43")
        #expect(throws: CallRefusal.self) { try start() }
        caller.hangsUp()
        var random = SeededRandom(seed: 1)
        let nobody = CallID(at: office.world.now.wall, random: &random)
        #expect(throws: CallRefusal.noSuchCall) {
            try office.exchange.startRecording(nobody, now: office.world.now)
        }
        office.close()
    }

    @Test func `without a folder nothing is recorded`() throws {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.picksUp()
        let id = try #require(office.calls.first?.id)
        #expect(throws: CallRefusal.nowhereToRecord) { try office.exchange.startRecording(id, now: office.world.now) }
        office.close()
    }

    @Test func `a call whose caller has not yet said what it takes is not recorded`() throws {
        let office = Office { $0.media.recordingFolder = "/rec" }
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102", offersLate: true)
        callee.phone.answer(try #require(callee.call), now: office.now)
        let call = try #require(office.calls.first)
        for _ in 0..<100 where call.callee == nil { office.wait(.milliseconds(1)) }
        #expect(throws: CallRefusal.changing) {
            try office.exchange.startRecording(call.id, now: office.world.now)
        }
        office.wait()
        _ = try office.exchange.startRecording(call.id, now: office.world.now)
        caller.hangsUp()
        office.close()
    }
}
