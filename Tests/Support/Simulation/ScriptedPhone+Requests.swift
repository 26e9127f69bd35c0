package import PBXBase
package import SIPGrammar

// Requests inside a call that habits never make: what scripts of special cases need.
extension ScriptedPhone {
    /// Sends an INFO or UPDATE, or whatever else, inside a call.
    package func send(
        _ method: SIPMethod, in call: PhoneCall, headers: [(SIPHeaderName, String)] = [], body: PhoneBody? = nil,
        now: Instant
    ) {
        let branch = newBranch()
        call.localCSeq += 1
        var builder = request(method, in: call, branch: branch)
        builder.add(.contact, contact)
        for (name, value) in headers { builder.add(name, value) }
        let bytes = body.map { builder.finish(contentType: $0.type, body: Array($0.text.utf8)) } ?? builder.finish()
        begin(
            Outgoing(bytes, on: flow(to: nextHop(call))), method: method, branch: branch, purpose: .other(call),
            now: now)
    }

    /// Sends a re-INVITE that says the same again (a session refresh), or none with `offersLate`.
    package func refresh(_ call: PhoneCall, offersLate: Bool = false, now: Instant) {
        let branch = newBranch()
        call.change = (branch, call.isHolding)
        call.localCSeq += 1
        call.offersLate = offersLate
        var builder = request(.invite, in: call, branch: branch)
        builder.add(.contact, contact)
        send(
            &builder, method: .invite, branch: branch, purpose: .change(call, holds: call.isHolding),
            to: nextHop(call), sdp: offersLate ? nil : sdp(call.isHolding ? .sendonly : .sendrecv),
            sdpVersion: call.sdpVersion, now: now)
    }

    /// Sends these bytes to the server and cares no further.
    package func sendRaw(_ bytes: [UInt8]) { transmit(Outgoing(bytes, on: flow(to: server))) }

    func otherAnswered(_ call: PhoneCall, _ response: SIPMessage) {
        if response.status >= 200 { call.changeStatuses.append(response.status) }
    }
}

/// A message body with its type.
package struct PhoneBody: Hashable, Sendable {
    package var type: String
    package var text: String

    package init(_ type: String, _ text: String) {
        self.type = type
        self.text = text
    }

    package static let digitFive = PhoneBody("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n")
}
