import MediaControl
import PBXBase
import SIPGrammar
import SIPTransaction
import SIPUserAgent

// Transfers, both ways (RFC 3515, RFC 5589): ours by REFER, and the peers' that send us on.
extension PhoneCore {
    // MARK: Ours

    mutating func transfer(
        _ line: LineNumber?, to target: String, now: Instant, into effects: inout [Effect]
    ) {
        guard let number = chosen(line, nil, &effects), let line = lines[number] else { return }
        let text = target.trimmingSpaces
        let uri: String
        if text.contains(":") || text.contains("@") {
            uri = text.lowercased().hasPrefix("sip") ? text : "sip:" + text
        } else if let account = line.account {
            uri = settings.accounts[account].uri(ofNumber: text)
        } else {
            return fail("\"\(text)\" is no SIP address", &effects)
        }
        guard (try? SIPURI(ascii: Array(uri.utf8)[...])) != nil else {
            return fail("\"\(text)\" is no SIP address", &effects)
        }
        refer(number, to: uri, now: now, into: &effects)
    }

    /// The first line's peer is told to take our place in the second line (RFC 5589 §7).
    mutating func connect(
        _ first: LineNumber, _ second: LineNumber, now: Instant, into effects: inout [Effect]
    ) {
        guard let line = lines[first], let other = lines[second], first != second else {
            return fail("there are no two such lines", &effects)
        }
        guard line.activeSince != nil, let dialog = userAgent.identifiers(of: other.leg) else {
            return fail("only calls that are answered can be connected", &effects)
        }
        let replaces = "\(dialog.callID);to-tag=\(dialog.remoteTag);from-tag=\(dialog.localTag)"
        guard var uri = try? SIPURI(ascii: Array(dialog.remoteTarget.utf8)[...]) else {
            return fail("line \(second): its peer has no address", &effects)
        }
        uri.headers = "Replaces=" + replaces.percentEncoded
        refer(first, to: uri.description, now: now, into: &effects)
    }

    private mutating func refer(
        _ number: LineNumber, to uri: String, now: Instant, into effects: inout [Effect]
    ) {
        guard let line = lines[number], line.activeSince != nil else {
            return fail("line \(number) is not answered", &effects)
        }
        guard line.referral == nil, !line.awaitsReferralNotices else {
            return fail("line \(number) is being transferred", &effects)
        }
        var headers: [SessionRefusal.Header] = [.init(.referTo, "<\(uri)>")]
        if let account = line.account {
            headers.append(.init(.referredBy, "<\(settings.accounts[account].addressOfRecord)>"))
        }
        guard
            let transaction = userAgent.send(
                .refer, in: line.leg, headers: headers, body: nil, now: now, into: &agentEffects)
        else { return fail("line \(number) is not answered", &effects) }
        purposes[transaction] = .refer(number)
        lines[number]?.referral = transaction
    }

    mutating func referralAnswered(
        _ number: LineNumber, status: Int, now: Instant, into effects: inout [Effect]
    ) {
        guard lines[number] != nil else { return }
        lines[number]?.referral = nil
        let isTaken = (200..<300).contains(status)
        lines[number]?.awaitsReferralNotices = isTaken
        effects.append(.tell(.transferring(number, status: isTaken ? 100 : status)))
        if !isTaken { fail("line \(number): the other side refused to be transferred (\(status))", &effects) }
    }

    // MARK: Requests of the peer inside a session

    mutating func requested(
        _ number: LineNumber, _ transaction: ServerTransactionID, _ request: SIPMessage, _ flow: Flow, now: Instant,
        into effects: inout [Effect]
    ) {
        func respond(_ status: Int) {
            userAgent.respond(
                to: transaction, request, on: flow, SessionRefusal(status: status), now: now, into: &agentEffects)
        }
        switch request.method {
        case .info:
            respond(200)
            if let digit = InfoDigit(request)?.digit { effects.append(.tell(.digit(number, digit))) }
        case .notify:
            let event = request.text(.event)?.lowercased() ?? ""
            if event == "talk" {
                // Desk phones answer at it, and take back what they hold.
                switch lines[number]?.state {
                case .incoming:
                    respond(200)
                    answer(number, now: now, into: &effects)
                case .held:
                    respond(200)
                    carryOut(.resume(number), now: now, into: &effects)
                default: respond(481)
                }
                return
            }
            guard event.hasPrefix("refer") else { return respond(489) }
            respond(200)
            referralNoticed(number, request, now: now, into: &effects)
        case .refer:
            let status = referred(number, request)
            respond(status)
            if status == 202 { follow(request, from: number, now: now, into: &effects) }
        default: respond(405)
        }
    }

    /// What the peer's own call became, as a status line (RFC 3515 §2.4.5).
    private mutating func referralNoticed(
        _ number: LineNumber, _ request: SIPMessage, now: Instant, into effects: inout [Effect]
    ) {
        guard lines[number]?.awaitsReferralNotices == true else { return }
        let fields = String(decoding: request.body.prefix(64), as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard fields.count >= 2, fields[0] == "SIP/2.0", let status = Int(fields[1]) else { return }
        effects.append(.tell(.transferring(number, status: status)))
        guard status >= 200 else { return }
        lines[number]?.awaitsReferralNotices = false
        if status < 300 {
            end(number, .transferred, status: 480, now: now, into: &effects)
        } else {
            fail("line \(number): the transfer failed (\(status)); the call is still here", &effects)
        }
    }

    /// The response to a peer that asks us to call somebody else. It is somebody we talk with, so that is done.
    private func referred(_ number: LineNumber, _ request: SIPMessage) -> Int {
        guard let target = Self.target(of: request) else { return 400 }
        guard lines[number]?.activeSince != nil, lines.count < PhoneSettings.linesMax else { return 503 }
        return target.uri.scheme == .sip || target.uri.scheme == .sips ? 202 : 416
    }

    private static func target(of request: SIPMessage) -> SIPNameAddress? {
        request.value(.referTo).flatMap { try? SIPNameAddress(ascii: $0) }
    }

    private mutating func follow(
        _ request: SIPMessage, from number: LineNumber, now: Instant, into effects: inout [Effect]
    ) {
        guard let target = Self.target(of: request) else { return }
        notify(number, status: 100, now: now)
        let replaces = target.uri.headers.flatMap { ReplacedDialog.header(in: $0) }
        let placed = place(
            target.uri.description, account: lines[number]?.account, referrer: number, replaces: replaces, now: now,
            into: &effects)
        if placed == nil { notify(number, status: 503, now: now) }
    }

    /// Tells the line that had us place this call what becomes of it.
    mutating func tellReferrer(of number: LineNumber, status: Int, now: Instant) {
        guard let referrer = lines[number]?.referrer else { return }
        if status >= 200 { lines[number]?.referrer = nil }
        notify(referrer, status: status, now: now)
    }

    private mutating func notify(_ referrer: LineNumber, status: Int, now: Instant) {
        guard lines[referrer] != nil else { return }
        let state = status < 200 ? "active;expires=60" : "terminated;reason=noresource"
        let phrase =
            switch status {
            case 100: "Trying"
            case ..<200: "Ringing"
            case ..<300: "OK"
            default: "Failed"
            }
        send(
            .notify, in: referrer, headers: [.init(.event, "refer"), .init(.subscriptionState, state)],
            body: TypedBody(
                contentType: "message/sipfrag;version=2.0", bytes: Array("SIP/2.0 \(status) \(phrase)\r\n".utf8)),
            as: .notice, now: now)
    }
}
