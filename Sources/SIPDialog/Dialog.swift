package import SIPGrammar

/// A peer relation between two user agents (RFC 3261 §12): what every further request between them is built from.
///
/// Header values are kept as the text that goes on the wire, so that a request inside the dialog is written without
/// rebuilding them.
package struct Dialog: Sendable {
    package let callID: String
    package let localTag: String
    /// Empty while no response of the peer has carried one.
    package private(set) var remoteTag: String
    /// Our address with our tag, as the From value of our requests.
    package let localAddress: String
    /// The peer's address with its tag, as the To value of our requests.
    package private(set) var remoteAddress: String
    /// Contact URI of the peer: the request URI of our requests.
    package private(set) var remoteTarget: String
    package private(set) var routeSet: RouteSet
    /// How the peer is reached.
    package private(set) var flow: Flow
    private var localSequence: UInt32
    /// CSeq of the last request taken from the peer; nil until there was one.
    private var remoteSequence: UInt32?

    /// The dialog that our response to `request` opens (RFC 3261 §12.1.1).
    package init(answering request: SIPMessage, localTag: String, flow: Flow) throws(SIPSyntaxError) {
        callID = try request.callID()
        self.localTag = localTag
        remoteTag = request.fromTag.map { String(decoding: $0, as: UTF8.self) } ?? ""
        localAddress = (request.text(.to) ?? "") + ";tag=" + localTag
        remoteAddress = request.text(.from) ?? ""
        guard let contact = try request.firstContact() else {
            throw SIPSyntaxError(field: "Contact", offset: 0, problem: "missing in a request that opens a dialog")
        }
        remoteTarget = contact.uri.description
        routeSet = RouteSet(recordRoutes: try request.recordRoutes(), reversed: false)
        self.flow = PeerFlow.toward(contact.uri, request: request, routes: routeSet, arrival: flow)
        localSequence = 0
        remoteSequence = try request.cseq().number
    }

    /// The dialog that our own INVITE is about to open: its peer is known only by address until it responds.
    package init(
        callID: String, localTag: String, localAddress: String, remoteAddress: String, remoteTarget: String,
        routeSet: RouteSet, flow: Flow, firstSequence: UInt32
    ) {
        self.callID = callID
        self.localTag = localTag
        remoteTag = ""
        self.localAddress = localAddress
        self.remoteAddress = remoteAddress
        self.remoteTarget = remoteTarget
        self.routeSet = routeSet
        self.flow = flow
        localSequence = firstSequence
        remoteSequence = nil
    }

    /// Takes over tag, target and route from a response to our INVITE (RFC 3261 §12.1.2). Early responses may name a
    /// different peer each time; the last one taken is the dialog.
    package mutating func responseReceived(_ response: SIPMessage) throws(SIPSyntaxError) {
        remoteTag = response.toTag.map { String(decoding: $0, as: UTF8.self) } ?? ""
        remoteAddress = response.text(.to) ?? remoteAddress
        if let contact = try response.firstContact() {
            remoteTarget = contact.uri.description
            routeSet = RouteSet(recordRoutes: try response.recordRoutes(), reversed: true)
            flow = PeerFlow.toward(contact.uri, request: nil, routes: routeSet, arrival: flow)
        }
    }

    /// Takes a new target from a target-refresh request or its 2xx (RFC 3261 §12.2).
    package mutating func targetRefreshed(by message: SIPMessage, on arrival: Flow) {
        if arrival.transport.isReliable { flow = arrival }
        guard let contact = try? message.firstContact() else { return }
        remoteTarget = contact.uri.description
        // A NAT may have given the peer another port since its last request.
        flow = PeerFlow.toward(
            contact.uri, request: message.isRequest ? message : nil, routes: routeSet, arrival: arrival)
    }

    /// Whether a request of the peer is in order; a lower CSeq earns a 500 (RFC 3261 §12.2.2).
    package mutating func sequenceReceived(_ number: UInt32) -> Bool {
        if let remoteSequence, number < remoteSequence { return false }
        remoteSequence = number
        return true
    }

    /// CSeq number for our next request; an ACK repeats that of its INVITE instead.
    package mutating func nextSequence() -> UInt32 {
        localSequence &+= 1
        return localSequence
    }

    /// A request of ours inside this dialog, ready for Contact and body (RFC 3261 §12.2.1.1).
    package func request(_ method: SIPMethod, sequence: UInt32, via: String) -> SIPMessageBuilder {
        var builder = SIPMessageBuilder(request: method, uriText: routeSet.requestURI(target: remoteTarget))
        builder.add(.via, via)
        builder.add(.maxForwards, 70)
        builder.add(.from, localAddress)
        builder.add(.to, remoteAddress)
        builder.add(.callID, callID)
        builder.add(.cseq, "\(sequence) \(method.name)")
        for route in routeSet.headers(target: remoteTarget) { builder.add(.route, route) }
        return builder
    }
}
