import MediaControl
import PBXBase
import SDPNegotiation
import SIPDialog
import SIPGrammar
import SIPUserAgent

// What the user wants.
extension PhoneCore {
    mutating func carryOut(_ command: PhoneCommand, now: Instant, into effects: inout [Effect]) {
        switch command {
        case .register: registerAll(now: now, into: &effects)
        case .call, .redial:
            guard !ports.isEmpty || hasHadPorts else { return earlyCommands.append(command) }
            dial(command, now: now, into: &effects)
        case .answer(let line):
            guard let number = chosen(line, .incoming, &effects) else { return }
            answer(number, now: now, into: &effects)
        case .decline(let line):
            guard let number = chosen(line, .incoming, &effects) else { return }
            end(number, .declined, status: 486, now: now, into: &effects)
        case .hangUp(let line):
            guard let number = chosen(line, nil, &effects) else { return }
            end(number, .here, status: 480, now: now, into: &effects)
        case .hangUpAll: hangUpAll(now: now, into: &effects)
        case .hold(let line):
            guard let number = chosen(line, .active, &effects) else { return }
            hold(number, now: now, into: &effects)
        case .resume(let line):
            guard let number = chosen(line, .held, &effects) else { return }
            makeCurrent(number, now: now, into: &effects)
            resume(number, now: now, into: &effects)
        case .digits(let digits, let way, let line): send(digits, way, line, now: now, into: &effects)
        case .transfer(let line, let target): transfer(line, to: target, now: now, into: &effects)
        case .connect(let first, let second): connect(first, second, now: now, into: &effects)
        case .join(let numbers): join(numbers, now: now, into: &effects)
        case .split: split(now: now, into: &effects)
        case .play, .stopPlaying, .record, .stopRecording: carryOutSound(command, into: &effects)
        case .mute, .muteSpeaker, .volume, .levels: carryOutVolume(command, into: &effects)
        case .watch(let target, let account): watch(target, account: account, now: now, into: &effects)
        case .unwatch(let target): unwatch(target, now: now, into: &effects)
        case .listLines: for number in lines.keys.sorted() { tell(number, into: &effects) }
        case .stop:
            isStopping = true
            hangUpAll(now: now, into: &effects)
            endWatches(now: now, into: &effects)
            unregisterAll(now: now, into: &effects)
        }
    }

    private mutating func dial(_ command: PhoneCommand, now: Instant, into effects: inout [Effect]) {
        if case .call(let target, let account) = command { lastDialled = (target, account) }
        guard let (target, account) = lastDialled else { return fail("nothing was dialled yet", &effects) }
        _ = place(target, account: account, referrer: nil, replaces: nil, now: now, into: &effects)
    }

    func fail(_ text: String, _ effects: inout [Effect]) { effects.append(.tell(.failed(text))) }

    private mutating func hangUpAll(now: Instant, into effects: inout [Effect]) {
        for number in lines.keys.sorted() { end(number, .here, status: 480, now: now, into: &effects) }
    }

    /// The line meant, in a state in which the command makes sense; nil, and told, when there is none.
    func chosen(_ line: LineNumber?, _ state: LineState?, _ effects: inout [Effect]) -> LineNumber? {
        if let line {
            guard let found = lines[line] else {
                fail("there is no line \(line)", &effects)
                return nil
            }
            guard state == nil || found.state == state else {
                fail("line \(line) is \(found.state.rawValue)", &effects)
                return nil
            }
            return line
        }
        let fitting = lines.values.filter { state == nil || $0.state == state }.map(\.number)
        if let currentLine, fitting.contains(currentLine) { return currentLine }
        guard let newest = fitting.max() else {
            fail(state.map { "no call is \($0.rawValue)" } ?? "there is no call", &effects)
            return nil
        }
        return newest
    }

    // MARK: Placing

    /// Opens a line; nil, and told, when that is impossible.
    mutating func place(
        _ target: String, account wished: Int?, referrer: LineNumber?, replaces: String?, now: Instant,
        into effects: inout [Effect]
    ) -> LineNumber? {
        let text = target.trimmingSpaces
        guard !text.isEmpty, !isStopping else {
            fail("nobody to call", &effects)
            return nil
        }
        guard lines.count < PhoneSettings.linesMax else {
            fail("all \(PhoneSettings.linesMax) lines are in use", &effects)
            return nil
        }
        let account = wished ?? (settings.accounts.isEmpty ? nil : 0)
        if let account, !settings.accounts.indices.contains(account) {
            fail("there is no account \(account + 1)", &effects)
            return nil
        }
        guard let uri = uri(of: text, account: account) else {
            fail("\"\(text)\" is no number and no SIP address", &effects)
            return nil
        }
        guard let way = way(to: uri, account: account) else {
            fail("\"\(uri.host)\" cannot be called without an account (only addresses can)", &effects)
            return nil
        }
        let number = newNumber()
        var line = Line(
            number, account: account, isOutgoing: true, peer: PhonePeer(SIPNameAddress(uri: uri)), state: .calling,
            signalling: way.local.address)
        guard let lease = takePort(towards: way.local.address) else {
            fail("no audio port is free", &effects)
            return nil
        }
        let encryption = account.map { settings.accounts[$0].encryption } ?? settings.encryption
        var media = LineMedia(
            lease: lease, signalling: way.local.address, codecs: settings.codecs, encryption: encryption,
            fingerprint: settings.offersDTLS ? fingerprint : nil, offersDTLS: settings.offersDTLS, random: &random)
        let body = media.offer(.sendrecv, random: &random)
        line.media = media
        line.referrer = referrer
        line.giveUpAt = now + .seconds(settings.ringSecondsMax)
        lines[number] = line
        makeCurrent(number, now: now, into: &effects)
        invite(uri, way, account: account, replaces: replaces, number, body, now: now)
        tell(number, into: &effects)
        return number
    }

    private mutating func invite(
        _ uri: SIPURI, _ way: Flow, account: Int?, replaces: String?, _ number: LineNumber, _ body: [UInt8],
        now: Instant
    ) {
        let own = account.map { settings.accounts[$0] }
        let from = own?.fromAddress ?? "<sip:\(settings.contactUser)@\(way.local.address.hostText)>"
        let target = SessionTarget(
            requestURI: uri.description, flow: way, from: from, to: "<\(uri)>",
            headers: replaces.map { [.init(.replaces, $0), .init(.require, "replaces")] } ?? [],
            credentials: own.map { DigestClient(username: $0.username, key: $0.key) })
        userAgent.handle(
            .command(.invite(LegID(UInt64(number.value)), target, body: body)), now: now, into: &agentEffects)
    }

    /// A number at the account's server, or the URI that the text is.
    func uri(of text: String, account: Int?) -> SIPURI? {
        if text.contains(":") || text.contains("@") {
            let hasScheme = text.lowercased().hasPrefix("sip:") || text.lowercased().hasPrefix("sips:")
            guard var uri = try? SIPURI(ascii: Array((hasScheme ? text : "sip:" + text).utf8)[...]) else { return nil }
            uri.headers = nil
            return uri
        }
        guard let account else { return nil }
        return try? SIPURI(ascii: Array(settings.accounts[account].uri(ofNumber: text).utf8)[...])
    }

    /// An account's calls go by its server; others straight to the address in the URI.
    func way(to uri: SIPURI, account: Int?) -> Flow? {
        if let account { return settings.accounts[account].flow }
        let transport = uri.transport ?? .udp
        let fitting = settings.listeners.first {
            $0.transport == transport && $0.local.address.isIPv6 == uri.hostAddress?.isIPv6
        }
        return fitting.flatMap { PeerFlow.flow(to: uri, over: $0) }
    }

    mutating func newNumber() -> LineNumber {
        lastLine += 1
        return LineNumber(lastLine)
    }

    // MARK: Digits

    private mutating func send(
        _ digits: String, _ way: DigitWay, _ line: LineNumber?, now: Instant, into effects: inout [Effect]
    ) {
        guard let number = chosen(line, .active, &effects) else { return }
        let known = digits.uppercased().filter { "0123456789*#ABCD".contains($0) }
        guard !known.isEmpty, known.count == digits.count else {
            return fail("\"\(digits)\" is no digits (0-9, *, #, A-D)", &effects)
        }
        switch way {
        case .media:
            guard let port = lines[number]?.media?.lease.id else { return }
            effects.append(.media(.sendDigits(port, known)))
        case .info:
            for digit in known {
                let body = TypedBody(
                    contentType: "application/dtmf-relay", bytes: Array("Signal=\(digit)\r\nDuration=160\r\n".utf8))
                send(.info, in: number, headers: [], body: body, as: .info, now: now)
            }
        }
    }

    /// A request inside a line's session.
    @discardableResult
    mutating func send(
        _ method: SIPMethod, in number: LineNumber, headers: [SessionRefusal.Header], body: TypedBody?,
        as purpose: Purpose, now: Instant
    ) -> Bool {
        guard
            let transaction = userAgent.send(
                method, in: LegID(UInt64(number.value)), headers: headers, body: body, now: now, into: &agentEffects)
        else { return false }
        purposes[transaction] = purpose
        return true
    }
}

extension String {
    var trimmingSpaces: String {
        guard let first = firstIndex(where: { $0 != " " }), let last = lastIndex(where: { $0 != " " }) else {
            return ""
        }
        return String(self[first...last])
    }
}
