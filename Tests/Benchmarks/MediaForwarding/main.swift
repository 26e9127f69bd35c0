// What forwarding one RTP packet costs our media worker, against a bare C forwarder that makes the same system calls,
// and what SRTP on both sides and a recording add to it, all under the same load in the same run. Exit status 1 when a
// ratio is above its threshold.
//
//     swift run -c release MediaForwardingBenchmark [calls] [rounds]
import BenchmarkKit
import CLinuxNet
import Glibc
import MediaControl
import PBXBase

/// Checked in: more than this times the bare C forwarder is a regression.
let ratioMax = 1.3
/// So much may a packet cost that is decrypted and encrypted again, and one of a call that is recorded, against the
/// plain one. The recording is what it adds to the worker; the writer's thread decodes and writes beside it.
let protectedRatioMax = 1.3
let recordedRatioMax = 1.3

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let calls = max(1, min(1_000, arguments.first ?? 500))
let rounds = max(1, min(50, arguments.dropFirst().first ?? 9))

/// Nanoseconds of the named thread per packet, over one second under load; the first tenth is for warming up.
func measure(_ phones: inout Phones, thread: String) -> Double {
    phones.run(milliseconds: 100)
    let before = (cpu: ProcessFigures.cpuNanoseconds(ofThread: thread) ?? 0, sent: phones.sent)
    phones.run(milliseconds: 1_000)
    let after = (cpu: ProcessFigures.cpuNanoseconds(ofThread: thread) ?? 0, sent: phones.sent)
    phones.drain()
    return Double(after.cpu - before.cpu) / Double(max(1, after.sent - before.sent))
}

func median(_ figures: [Double]) -> Double { figures.sorted()[figures.count / 2] }

func microseconds(_ nanoseconds: Double) -> String { "\((nanoseconds / 10).rounded() / 100)" }

func describe(_ name: String, _ figures: [Double]) -> String {
    let sorted = figures.sorted()
    let median = microseconds(sorted[sorted.count / 2])
    let range = "\(microseconds(sorted[0])) to \(microseconds(sorted[sorted.count - 1]))"
    return "\(name) \(median) µs of CPU per packet (\(range))"
}

func run() throws -> Bool {
    _ = pbx_linuxnet_raise_descriptor_limit()
    var ourPhones = Phones(count: 2 * calls)
    var barePhones = Phones(count: 2 * calls)
    guard ourPhones.ports.count == 2 * calls, barePhones.ports.count == 2 * calls else {
        throw BenchmarkError.noSockets
    }
    let residentBefore = ProcessFigures.residentBytes
    let engine = try EngineForwarder(phonePorts: ourPhones.ports)
    ourPhones.connect(to: engine.ports)
    let bare = try BareForwarder(phonePorts: barePhones.ports)
    barePhones.connect(to: bare.ports)

    let folder = "/tmp/pbx-forwarding-benchmark"
    _ = mkdir(folder, 0o700)
    var random = SystemRandom()
    var residentAfter: Int?
    var ours: [Double] = []
    var bares: [Double] = []
    var protected: [Double] = []
    var recorded: [Double] = []
    var written: [Double] = []
    for _ in 0..<rounds {
        ours.append(measure(&ourPhones, thread: EngineForwarder.threadName))
        // Before anything but forwarding was asked for.
        residentAfter = residentAfter ?? ProcessFigures.residentBytes
        bares.append(measure(&barePhones, thread: BareForwarder.threadName))
        let key = SRTPKeys(profile: .aesCM128HMACSHA1Tag80, from: &random)
        engine.forward(key: key)
        try ourPhones.protect(with: key)
        protected.append(measure(&ourPhones, thread: EngineForwarder.threadName))
        engine.forward()
        try ourPhones.protect(with: nil)
        engine.recordAll(in: folder)
        let writer = ProcessFigures.cpuNanoseconds(ofThread: "media-writer") ?? 0
        recorded.append(measure(&ourPhones, thread: EngineForwarder.threadName))
        engine.stopRecording()
        // Another tenth of a second was for warming up.
        let writing = (ProcessFigures.cpuNanoseconds(ofThread: "media-writer") ?? 0) - writer
        written.append(Double(writing) / Double(calls * 110))
        ourPhones.drain()
        for call in 0..<calls { unlink("\(folder)/\(call).wav") }
    }
    rmdir(folder)
    bare.stop()
    let figures = try engine.finish()

    let ratio = median(zip(ours, bares).map { $0 / $1 })
    let protectedRatio = median(zip(protected, ours).map { $0 / $1 })
    let recordedRatio = median(zip(recorded, ours).map { $0 / $1 })
    print("\(calls) calls, \(calls * 100) packets a second, \(rounds) rounds of a second each")
    print(describe("media worker", ours))
    print(describe("bare C      ", bares))
    print(describe("SRTP to SRTP", protected))
    print(describe("recorded    ", recorded), "and \(microseconds(median(written))) µs of the writer")
    print(
        "lost of \(ourPhones.sent): \(ourPhones.sent - ourPhones.received), bare C of \(barePhones.sent):",
        barePhones.sent - barePhones.received)
    print("worker's own count: \(figures.received) in, \(figures.sent) out, \(figures.dropped) dropped")
    print("\(2 * calls) port pairs prepared in \(engine.prepareMicroseconds) µs")
    print(
        "resident memory per call: \(((residentAfter ?? residentBefore) - residentBefore) / calls / 1_024) KiB at most")
    let findings = [
        ("bare C", ratio, ratioMax), ("SRTP to plain", protectedRatio, protectedRatioMax),
        ("recorded to plain", recordedRatio, recordedRatioMax),
    ]
    for (name, ratio, most) in findings {
        print(
            "\(name): ratio \((ratio * 100).rounded() / 100), at most \(most): \(ratio <= most ? "passed" : "failed")")
    }
    return findings.allSatisfy { $0.1 <= $0.2 }
}

do {
    exit(try run() ? 0 : 1)
} catch {
    print("media forwarding benchmark failed: \(error)")
    exit(1)
}
