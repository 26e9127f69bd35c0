import PBXBase
import PBXCore
import SIPGrammar
import SIPUserAgent

/// Plays batches of whole registrations and whole calls, everybody a step at a time, and measures what the exchange
/// does about them; what the phones do is not measured.
struct Script {
    /// A step did not bring the answers that it should have.
    struct Deviation: Error, CustomStringConvertible {
        var description: String
    }

    private var bench: Bench
    private var phones: [Phone]
    /// The second half of the phones is called by the first.
    private let pairs: Int

    init(pairs: Int) {
        self.pairs = pairs
        bench = Bench(extensionCount: 2 * pairs)
        phones = (0..<2 * pairs).map { Phone(index: $0) }
    }

    var counts: String {
        let counts = bench.counts
        return "\(counts.calls) calls, \(counts.sessions) sessions, \(counts.transactions) transactions"
    }

    /// Lets time pass without anything to do; what timers cost is part of what came before.
    mutating func rest(_ interval: Interval, _ meter: inout Meter) {
        meter.measure { bench.advance(interval) }
        _ = bench.takeSent()
    }

    /// REGISTER, 401, REGISTER, 200 for every phone.
    mutating func register(_ meter: inout Meter) throws {
        var dialogues = phones.indices.map { phones[$0].dialogue(target: "") }
        for status in [401, 200] {
            let requests = phones.indices.map { phones[$0].register(&dialogues[$0]) }
            let answers = try exchange(requests, &meter)
            guard answers.count == phones.count, answers.allSatisfy({ $0.status == status }) else {
                throw Deviation(description: "REGISTER: not every phone got a \(status)")
            }
            for (index, answer) in answers.enumerated() where status == 401 {
                _ = dialogues[index].digest.challenged(by: answer)
            }
        }
    }

    /// One call of every pair: INVITE, 401, ACK, INVITE, 180, 200, ACK, BYE, 200 with both legs.
    mutating func call(_ meter: inout Meter) throws {
        var dialogues = (0..<pairs).map { phones[$0].dialogue(target: phones[pairs + $0].number) }
        let invites = (0..<pairs).map { phones[$0].invite(&dialogues[$0]) }
        let challenges = try exchange(invites, expecting: "401", &meter)
        for index in 0..<pairs {
            dialogues[index].remote = challenges[index].text(.to)
            _ = dialogues[index].digest.challenged(by: challenges[index])
        }
        var step = (0..<pairs).flatMap { index -> [Incoming] in
            let ack = phones[index].acknowledge(&dialogues[index], isSuccess: false)
            return [ack, phones[index].invite(&dialogues[index])]
        }
        let offers = try exchange(step, expecting: "INVITE", &meter)
        step = offers.enumerated().map {
            phones[pairs + $0].answer($1, status: 180, tag: "callee\($0)", hasBody: false)
        }
        _ = try exchange(step, expecting: "180", &meter)
        step = offers.enumerated().map { phones[pairs + $0].answer($1, status: 200, tag: "callee\($0)", hasBody: true) }
        let answers = try exchange(step, expecting: "200", &meter)
        for index in 0..<pairs { dialogues[index].remote = answers[index].text(.to) }
        step = (0..<pairs).map { phones[$0].acknowledge(&dialogues[$0], isSuccess: true) }
        _ = try exchange(step, expecting: nil, &meter)
        step = (0..<pairs).map { phones[$0].bye(&dialogues[$0]) }
        let byes = try exchange(step, expecting: "BYE", &meter)
        step = byes.enumerated().map { phones[pairs + $0].answer($1, status: 200, tag: "callee\($0)", hasBody: false) }
        _ = try exchange(step, expecting: nil, &meter)
        guard bench.counts.calls == 0 else { throw Deviation(description: "calls are left over: \(counts)") }
    }

    /// Messages that the exchange sends when it gets these, in order; with `expecting`, one of that kind for each pair.
    private mutating func exchange(
        _ messages: [Incoming], expecting kind: String?, _ meter: inout Meter
    ) throws -> [SIPMessage] {
        let sent = try exchange(messages, &meter)
        guard let kind else { return sent }
        let found = sent.filter { ($0.isRequest ? $0.method.name : String($0.status)) == kind }
        guard found.count == pairs else {
            throw Deviation(description: "\(found.count) messages \(kind) where \(pairs) were expected")
        }
        return found
    }

    private mutating func exchange(_ messages: [Incoming], _ meter: inout Meter) throws -> [SIPMessage] {
        meter.measure { bench.receive(messages) }
        return try bench.takeSent().map { try SIPMessage(parsing: $0.bytes) }
    }
}
