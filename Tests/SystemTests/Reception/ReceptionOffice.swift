import Foundation
import SystemTestKit

/// Everybody that a receptionist has to do with in an hour: real phones at the demo's daemon.
final class ReceptionOffice {
    let daemon: Daemon
    let desk: ReceptionDesk
    let secondDesk: ReceptionDesk
    /// Answers at once.
    let colleague: PBXPhone
    /// Declines whatever rings.
    let refuser: PBXPhone
    /// Lets it ring.
    let sleeper: PBXPhone
    let caller: PBXPhone
    private var callerLine = 0

    static let colleagueNumber = "106"
    static let refuserNumber = "107"
    static let sleeperNumber = "108"

    init() throws {
        let daemon = try Daemon()
        self.daemon = daemon
        func phone(_ number: String, answersAtOnce: Bool) throws -> PBXPhone {
            try PBXPhone(SIPAccount(number, at: daemon.port), toneHertz: 600, answersAtOnce: answersAtOnce)
        }
        colleague = try phone(Self.colleagueNumber, answersAtOnce: true)
        refuser = try phone(Self.refuserNumber, answersAtOnce: false)
        sleeper = try phone(Self.sleeperNumber, answersAtOnce: false)
        caller = try phone("110", answersAtOnce: false)
        desk = try ReceptionDesk("101", at: daemon, toneHertz: 440)
        secondDesk = try ReceptionDesk("102", at: daemon, toneHertz: 880)
    }

    /// A caller rings; returns the call.
    func ring(_ number: String = "101") throws -> String {
        callerLine += 1
        try caller.dial(number)
        return try daemon.firstCall()
    }

    /// Waits until the caller is in this state.
    func callerIs(_ state: String) throws { try caller.wait(for: state, line: callerLine) }

    func callerHangsUp() throws {
        try caller.say("hangup #\(callerLine)")
        try callerIs("ended")
    }

    /// Somebody who rings declines.
    func refuses(after mark: Int) throws {
        try refuser.waitForEvent(#""state":"incoming""#, after: mark)
        try refuser.say("decline")
    }

    func colleagueAnswers(after mark: Int) throws {
        try colleague.waitForEvent(#""state":"active""#, after: mark)
    }

    /// Waits until so many calls are up.
    func waitForCalls(_ count: Int) throws {
        try Waiting.until("\(count) calls to be up") { try daemon.calls().count == count }
    }

    /// Waits until the call is parked; returns the slot.
    func parkedSlot(of call: String) throws -> String {
        try Waiting.value(of: "call \(call) to be parked") {
            let line = try daemon.control("calls", "show", call).output.split(separator: "\n").first {
                $0.contains("parked at")
            }
            return line?.split(separator: " ").dropFirst(2).first.map(String.init)
        }
    }
}
