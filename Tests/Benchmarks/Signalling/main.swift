// What a call and a registration cost the signalling core, without sockets, threads and disk: the thread's CPU time and
// allocations of one process that plays both, while a virtual clock lets transactions live as long as they do at a
// steady rate. Exit status 1 when a ratio to the reference is above its threshold.
//
//     swift run -c release SignallingBenchmark [rounds]
import Glibc
import PBXBase

/// Checked in: more than so many times the reference is a regression.
let callRatioMax = 1.1
let registrationRatioMax = 0.27

/// Calls per batch, each batch standing for a second.
let pairs = 100
/// Batches per round.
let batches = 10

func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

func describe(_ name: String, _ rounds: Rounds, _ reference: Rounds, max ratioMax: Double) -> Bool {
    let ratio = rounds.least / reference.least
    let isGood = ratio <= ratioMax
    print(
        "\(name): \(rounded(rounds.least)) µs (median \(rounded(rounds.median))),",
        "\(rounded(rounds.allocations)) allocations, \(rounded(ratio)) times the reference,",
        "at most \(ratioMax): \(isGood ? "passed" : "failed")")
    return isGood
}

func run() throws -> Bool {
    let count = max(1, min(1_000, CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20))
    var script = Script(pairs: pairs)
    var calls = Rounds()
    var registrations = Rounds()
    var reference = Rounds()
    var sum = 0
    for round in 0...count {
        var callMeter = Meter()
        var registrationMeter = Meter()
        var referenceMeter = Meter()
        for _ in 0..<batches {
            try script.register(&registrationMeter)
            script.rest(.seconds(1), &registrationMeter)
        }
        // Half a minute without anything, so that calls do not pay for the transactions of registrations.
        script.rest(.seconds(40), &registrationMeter)
        for _ in 0..<batches {
            try script.call(&callMeter)
            script.rest(.seconds(1), &callMeter)
            referenceMeter.measure { sum &+= Reference.run() }
        }
        script.rest(.seconds(40), &callMeter)
        // The first round is for warming up.
        guard round > 0 else { continue }
        registrations.add(registrationMeter, count: batches * 2 * pairs)
        calls.add(callMeter, count: batches * pairs)
        reference.add(referenceMeter, count: batches)
    }
    print("\(count) rounds of \(batches * pairs) calls and \(batches * 2 * pairs) registrations")
    print("left over: \(script.counts)")
    print("reference: \(rounded(reference.least)) µs (median \(rounded(reference.median))) [\(sum & 1)]")
    let areCallsGood = describe("call", calls, reference, max: callRatioMax)
    let areRegistrationsGood = describe("registration", registrations, reference, max: registrationRatioMax)
    return areCallsGood && areRegistrationsGood
}

do {
    exit(try run() ? 0 : 1)
} catch {
    print("signalling benchmark failed: \(error)")
    exit(1)
}
