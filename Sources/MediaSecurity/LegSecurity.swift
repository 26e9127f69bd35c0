import COpenSSL
package import MediaControl
package import PBXBase
import RTPGrammar

/// Everything between the socket of one port and the plain packets behind it: connectivity checks, the DTLS handshake,
/// and the SRTP contexts of both directions. Made and changed when a plan comes; packets then allocate, count and lock
/// nothing. A worker keeps it at a fixed address and is the only one to touch it.
///
/// The way in is `receive`, the way out `protectRTP` and `protectRTCP`; buffers have `roomBytes` behind the packet.
/// What the machines behind it want is taken after `apply`, after an arrival that was an answer or consumed, and after
/// `timeout`, which is called when `deadline` has come: `nextDatagram` until nil, `nextEvent` until nil.
///
/// A port whose RTCP has a socket of its own needs a second one for it where there are checks or handshakes, which are
/// each socket's own (RFC 5764 §3, RFC 8445 §4); with keys from SDP alone one serves both.
package struct LegSecurity: ~Copyable {
    /// How much longer a packet may become in its buffer; checks need that buffer to have 256 bytes at least.
    package static let roomBytes = SRTPProfile.overheadBytesMax
    /// Events that wait to be taken.
    private static let eventsMax = 4

    /// What became of a datagram.
    package enum Arrival: Hashable, Sendable {
        /// The plain packet lies in the buffer.
        case rtp(count: Int)
        case rtcp(count: Int)
        /// This much of the buffer is to be sent back to where the datagram came from.
        case answer(count: Int)
        /// It was for the machines in here.
        case consumed
        /// It is of no use; `LegSecurity.refusals` has counted SRTP that failed its checks.
        case refused
    }

    package enum Event: Hashable, Sendable {
        /// The peer has chosen this address (ICE): media goes there.
        case selected(Endpoint)
        /// DTLS is done. The peer was at this address when it proved who it is.
        case secured(SRTPProfile, remote: Endpoint)
        case failed(SecurityFailure)
    }

    // What every packet needs comes first, so that it lies together. The contexts are on the heap: called through an
    // optional in here, they would be moved out and back for every packet.
    private var sending: UnsafeMutablePointer<SRTPContext>?
    private var receiving: UnsafeMutablePointer<SRTPContext>?
    /// The same as the plan says, without touching the keys in it on the way of a packet.
    private var isPlain = true
    private let identity: DTLSIdentity
    private var plan = SecurityPlan.plain
    private var icePlan: ICEPlan?
    private var agent: ICELiteAgent?
    private var association: DTLSAssociation?
    /// What an association that was given up still had to say.
    private var farewells: [(bytes: [UInt8], target: Endpoint?)] = []
    private var events: [Event] = []
    private var earlierRefusals = SRTPRefusals()

    package init(identity: DTLSIdentity) {
        self.identity = identity
        events.reserveCapacity(Self.eventsMax)
    }

    deinit {
        for context in [sending, receiving] {
            context?.deinitialize(count: 1)
            context?.deallocate()
        }
    }

    /// Takes on what a plan says. Contexts whose keys stay go on counting; an association whose parameters stay lives
    /// on.
    package mutating func apply(_ plan: SecurityPlan, ice: ICEPlan?, now: Instant) throws(MediaSecurityError) {
        apply(ice)
        guard plan != self.plan else { return }
        let former = self.plan
        self.plan = plan
        isPlain = plan == .plain
        switch plan {
        case .plain:
            forgetKeys()
            association = nil
        case .sdes(let send, let receive):
            association = nil
            var formerKeys: (send: SRTPKeys, receive: SRTPKeys)?
            if case .sdes(let send, let receive) = former { formerKeys = (send, receive) }
            if formerKeys?.send != send {
                let context = try SRTPContext(send, .sending)
                Self.replace(&sending, by: context)
            }
            if formerKeys?.receive != receive {
                let context = try SRTPContext(receive, .receiving)
                retireReceiving()
                Self.replace(&receiving, by: context)
            }
        case .dtls(let parameters):
            // Until a new association stands, the one before it goes on (RFC 8842 §4).
            if case .dtls = former {} else { forgetKeys() }
            try beginHandshake(parameters, now: now)
        }
    }

    /// Has what a packet in or out needs fetched: with many legs nothing of a leg is in the cache any more when its
    /// next packet comes, and what lies behind three pointers would be waited for three times. In two steps, the
    /// second a packet later, when the first has come.
    package func prefetch(isReceiving: Bool) {
        guard let context = isReceiving ? receiving : sending else { return }
        pbx_openssl_prefetch(UnsafeRawPointer(context), MemoryLayout<SRTPContext>.stride)
    }

    package func prefetchMore(isReceiving: Bool) {
        if let context = isReceiving ? receiving : sending { context.pointee.prefetch() }
    }

    /// Takes the datagram of `count` bytes at the beginning of `buffer`.
    package mutating func receive(
        _ buffer: UnsafeMutableRawBufferPointer, count: Int, from source: Endpoint, now: Instant
    ) -> Arrival {
        guard count >= 2, count <= buffer.count else { return .refused }
        switch DatagramKind(firstByte: buffer[0], secondByte: buffer[1]) {
        case .rtp:
            if isPlain { return .rtp(count: count) }
            guard let plainCount = try? receiving?.pointee.unprotectRTP(buffer, count: count) else { return .refused }
            return .rtp(count: plainCount)
        case .rtcp:
            if isPlain { return .rtcp(count: count) }
            guard let plainCount = try? receiving?.pointee.unprotectRTCP(buffer, count: count) else { return .refused }
            return .rtcp(count: plainCount)
        case .stun: return receiveCheck(buffer, count: count, from: source, now: now)
        case .dtls: return receiveHandshake(buffer, count: count, from: source, now: now)
        case .unknown: return .refused
        }
    }

    /// Makes a plain RTP packet fit to be sent; its new length, or nil when it cannot be sent (yet).
    package mutating func protectRTP(_ buffer: UnsafeMutableRawBufferPointer, count: Int) -> Int? {
        if isPlain { return count }
        return try? sending?.pointee.protectRTP(buffer, count: count)
    }

    /// The same for a compound RTCP packet.
    package mutating func protectRTCP(_ buffer: UnsafeMutableRawBufferPointer, count: Int) -> Int? {
        if isPlain { return count }
        return try? sending?.pointee.protectRTCP(buffer, count: count)
    }

    /// When `timeout` is due; nil when nothing is pending.
    package var deadline: Instant? {
        switch association {
        case .some(let association): association.deadline
        case nil: nil
        }
    }

    package mutating func timeout(now: Instant) {
        association?.timeout(now: now)
        advance()
    }

    /// Says goodbye to the peer, before the port is given back.
    package mutating func close() { association?.close() }

    /// A DTLS datagram to send, and where to; no address: where RTP goes.
    package mutating func nextDatagram() -> (bytes: [UInt8], target: Endpoint?)? {
        if !farewells.isEmpty { return farewells.removeFirst() }
        guard let datagram = association?.nextDatagram() else { return nil }
        return (datagram.bytes, datagram.target ?? agent?.selected)
    }

    package mutating func nextEvent() -> Event? { events.isEmpty ? nil : events.removeFirst() }

    /// Whether everything of use comes from the one address that packets come from: there are neither checks nor
    /// handshakes, which may come from elsewhere.
    package var hasOneSource: Bool {
        if case .dtls = plan { return false }
        return icePlan == nil
    }

    /// What peers sent that failed its checks, and what we could not send.
    package var refusals: SRTPRefusals {
        var sum = earlierRefusals
        if let receiving { sum.add(receiving.pointee.refusals) }
        if let sending { sum.add(sending.pointee.refusals) }
        return sum
    }

    /// When the peer's last valid check came (RFC 7675); nil without ICE, or before the first.
    package var lastCheck: Instant? { agent?.lastCheck }
}

// ICE.
extension LegSecurity {
    private mutating func apply(_ ice: ICEPlan?) {
        guard ice != icePlan else { return }
        icePlan = ice
        guard let ice else {
            agent = nil
            return
        }
        if agent == nil { agent = ICELiteAgent(ice) } else { agent?.apply(ice) }
    }

    private mutating func receiveCheck(
        _ buffer: UnsafeMutableRawBufferPointer, count: Int, from source: Endpoint, now: Instant
    ) -> Arrival {
        guard let outcome = agent?.receive(buffer, count: count, from: source, now: now) else { return .refused }
        switch outcome {
        case .answered(let count, let selected):
            if let selected {
                report(.selected(selected))
                association?.start(now: now)
                advance()
            }
            return .answer(count: count)
        case .refused(let count, _): return .answer(count: count)
        case .ignored: return .refused
        }
    }
}

// DTLS.
extension LegSecurity {
    private mutating func beginHandshake(_ parameters: DTLSPlan, now: Instant) throws(MediaSecurityError) {
        while farewells.count < DTLSWire.datagramsMax, let datagram = association?.nextDatagram() {
            farewells.append((datagram.bytes, datagram.target ?? agent?.selected))
        }
        let next = try DTLSAssociation(parameters, identity: identity, arePeersChecked: icePlan != nil)
        association = consume next
        // Whoever does connectivity checks is spoken to when they have shown where it is.
        if icePlan == nil || agent?.selected != nil { association?.start(now: now) }
    }

    private mutating func receiveHandshake(
        _ buffer: UnsafeMutableRawBufferPointer, count: Int, from source: Endpoint, now: Instant
    ) -> Arrival {
        guard case .dtls = plan else { return .refused }
        if let agent, !agent.isValid(source) { return .refused }
        association?.receive(UnsafeRawBufferPointer(buffer.part(0..<count)), from: source, now: now)
        advance()
        return .consumed
    }

    /// Takes what the association has come to.
    private mutating func advance() {
        while let outcome = association?.nextOutcome() {
            switch outcome {
            case .secured(let keys, let remote): take(keys, remote: remote)
            case .failed(let failure):
                if failure == .closed { forgetKeys() }
                report(.failed(failure))
            }
        }
    }

    private mutating func take(_ keys: DTLSKeys, remote: Endpoint) {
        do {
            let sending = try SRTPContext(keys.send, .sending)
            let receiving = try SRTPContext(keys.receive, .receiving)
            retireReceiving()
            Self.replace(&self.sending, by: sending)
            Self.replace(&self.receiving, by: receiving)
            report(.secured(keys.profile, remote: remote))
        } catch {
            report(.failed(.internalError))
        }
    }

    private mutating func forgetKeys() {
        retireReceiving()
        if let refusals = sending?.pointee.refusals { earlierRefusals.add(refusals) }
        Self.discard(&sending)
    }

    private mutating func retireReceiving() {
        if let refusals = receiving?.pointee.refusals { earlierRefusals.add(refusals) }
        Self.discard(&receiving)
    }

    private static func replace(
        _ place: inout UnsafeMutablePointer<SRTPContext>?, by context: consuming SRTPContext
    ) {
        discard(&place)
        let made = UnsafeMutablePointer<SRTPContext>.allocate(capacity: 1)
        made.initialize(to: context)
        place = made
    }

    private static func discard(_ place: inout UnsafeMutablePointer<SRTPContext>?) {
        place?.deinitialize(count: 1)
        place?.deallocate()
        place = nil
    }

    /// Unread events are few; the newest matter.
    private mutating func report(_ event: Event) {
        if events.count == Self.eventsMax { events.removeFirst() }
        events.append(event)
    }
}
