import MediaControl
import PBXBase
import SDPNegotiation
import SIPGrammar
import SIPUserAgent

// Hold, and the conference: which lines sound, and where.
extension PhoneCore {
    private static let retryMillisecondsMin = 2_100
    private static let retryMillisecondsMax = 4_000

    /// The line that commands mean from now on; other calls are held, but for those in a conference with it.
    mutating func makeCurrent(_ number: LineNumber, now: Instant, into effects: inout [Effect]) {
        currentLine = number
        guard let room = lines[number]?.room else { return }
        for other in lines.values where other.number != number && other.state == .active && other.room != room {
            hold(other.number, now: now, into: &effects)
        }
    }

    mutating func hold(_ number: LineNumber, now: Instant, into effects: inout [Effect]) {
        guard let line = lines[number], !line.wantsHold else { return }
        lines[number]?.wantsHold = true
        lines[number]?.room = line.ownRoom
        // The peer is not heard, and hears nothing, from this moment on.
        audioChanged(number, into: &effects)
        reoffer(number, now: now, into: &effects)
        if line.room != line.ownRoom || isInConference(line) { tellConference(line.room, into: &effects) }
    }

    mutating func resume(_ number: LineNumber, now: Instant, into effects: inout [Effect]) {
        guard lines[number]?.wantsHold == true else { return }
        lines[number]?.wantsHold = false
        reoffer(number, now: now, into: &effects)
    }

    /// Tells the peer what is wanted now, unless that is under way.
    mutating func reoffer(_ number: LineNumber, now: Instant, into effects: inout [Effect]) {
        guard let line = lines[number], line.offeredHold == nil, line.retryAt == nil, line.activeSince != nil,
            line.wantsHold != (line.state == .held)
        else { return }
        let direction: MediaDirection = line.wantsHold ? .sendonly : .sendrecv
        guard let body = lines[number]?.media?.offer(direction, random: &random) else { return }
        lines[number]?.offeredHold = line.wantsHold
        userAgent.handle(.command(.reoffer(line.leg, body: body)), now: now, into: &agentEffects)
    }

    mutating func reofferAnswered(
        _ number: LineNumber, _ response: SIPMessage, now: Instant, into effects: inout [Effect]
    ) {
        guard let line = lines[number], let offered = line.offeredHold else { return }
        lines[number]?.offeredHold = nil
        do throws(SDPProblem) {
            try lines[number]?.media?.answered(response.body)
        } catch {
            lines[number]?.media?.offerRefused()
            fail("line \(number): \(error.description)", &effects)
        }
        lines[number]?.state = offered ? .held : .active
        // While we hold, the peer answers that it only receives, which is no hold of its own.
        if !offered { noteHold(number) }
        audioChanged(number, into: &effects)
        if !offered { startSound(number, into: &effects) }
        tell(number, into: &effects)
        reoffer(number, now: now, into: &effects)
    }

    mutating func reofferFailed(_ number: LineNumber, status: Int, now: Instant, into effects: inout [Effect]) {
        guard let line = lines[number], line.offeredHold != nil else { return }
        lines[number]?.offeredHold = nil
        lines[number]?.media?.offerRefused()
        if status == 491 {
            // RFC 3261 §14.1: both asked at once; we try again after a while of our own choosing.
            let span = UInt64(Self.retryMillisecondsMax - Self.retryMillisecondsMin)
            let milliseconds = Self.retryMillisecondsMin + Int(random.next() % span)
            lines[number]?.retryAt = now + .milliseconds(milliseconds)
            return
        }
        lines[number]?.wantsHold = line.state == .held
        audioChanged(number, into: &effects)
        fail(
            "line \(number): the other side refused to be \(line.wantsHold ? "held" : "resumed") (\(status))", &effects)
    }

    /// Takes from the peer's latest description whether it holds us.
    mutating func noteHold(_ number: LineNumber) {
        let isHeld = lines[number]?.media?.remote?.isHeld ?? false
        lines[number]?.isHeldByPeer = isHeld
    }

    // MARK: Conference

    func isInConference(_ line: Line) -> Bool {
        lines.values.contains { $0.number != line.number && $0.room == line.room }
    }

    mutating func join(_ numbers: [LineNumber], now: Instant, into effects: inout [Effect]) {
        let talking = lines.values.filter { $0.state == .active || $0.state == .held }.map(\.number).sorted()
        let wanted = numbers.isEmpty ? talking : numbers
        guard wanted.count > 1, wanted.allSatisfy({ talking.contains($0) }), let first = wanted.first,
            let room = lines[first]?.ownRoom
        else { return fail("a conference needs two calls that are answered", &effects) }
        currentLine = first
        for number in wanted {
            lines[number]?.room = room
            if lines[number]?.wantsHold == true { resume(number, now: now, into: &effects) }
        }
        for number in wanted { audioChanged(number, into: &effects) }
        for number in wanted {
            startSound(number, into: &effects)
            tell(number, into: &effects)
        }
    }

    mutating func split(now: Instant, into effects: inout [Effect]) {
        let joined = lines.values.filter { isInConference($0) }.map(\.number).sorted()
        guard let stays = joined.first(where: { $0 == currentLine }) ?? joined.first else {
            return fail("there is no conference", &effects)
        }
        for number in joined where number != stays { hold(number, now: now, into: &effects) }
        if let own = lines[stays]?.ownRoom { lines[stays]?.room = own }
        audioChanged(stays, into: &effects)
        startSound(stays, into: &effects)
        tell(stays, into: &effects)
    }

    /// The lines left in a room may not be a conference any more.
    func tellConference(_ room: MediaRoomID, into effects: inout [Effect]) {
        for line in lines.values.sorted(by: { $0.number < $1.number }) where line.room == room {
            tell(line.number, into: &effects)
        }
    }
}
