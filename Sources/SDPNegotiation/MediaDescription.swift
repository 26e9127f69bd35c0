package import MediaControl
package import PBXBase

/// What call control needs of one peer's session description: its audio (or, while a fax passes, its fax packets), and
/// the shape of the whole.
package struct MediaDescription: Hashable, Sendable {
    /// One `m=` line: enough to refuse it in its place.
    package struct Section: Hashable, Sendable {
        package var kind: String
        package var protocolName: String
        package var firstFormat: String
        /// `a=mid` (RFC 5888), which every description of the session repeats.
        package var mid: String?

        package init(kind: String, protocolName: String, firstFormat: String, mid: String? = nil) {
            self.kind = kind
            self.protocolName = protocolName
            self.firstFormat = firstFormat
            self.mid = mid
        }
    }

    /// Where the peer wants RTP; nil while it wants none (address 0.0.0.0 or ::, port 0) and for a host name, which
    /// nobody resolves on the call path: its media is then found by latching.
    package var remote: Endpoint?
    /// Where it wants RTCP: `a=rtcp`, else the port after RTP's.
    package var remoteRTCP: Endpoint?
    /// As the peer said it of itself; see `effectiveDirection`.
    package var direction: MediaDirection
    /// In the peer's order and with its numbers, telephone-event and comfort noise included. Numbers whose meaning the
    /// peer did not give are left out.
    package var formats: [MediaFormat]
    /// The section in use carries fax packets in place of audio; `formats` is empty then.
    package var fax: FaxParameters?
    package var ptimeMilliseconds: Int?
    /// How its packets are protected and found.
    package var transport: MediaTransport
    /// The audio is in a group whose streams share one transport (RFC 9143).
    package var isBundled: Bool
    /// Held the old way (RFC 3264 §8.4): connection address 0.0.0.0 or ::.
    package var hasUnspecifiedAddress: Bool
    /// The section in use has port 0: a refusal in an answer, a stream taken down in an offer.
    package var isRejected: Bool
    /// Every `m=` line in order, the one in use included.
    package var sections: [Section]
    /// Which of `sections` this is about.
    package var sectionIndex: Int
    /// From `o=`: both unchanged means that the peer repeats what it said before (RFC 3264 §8).
    package var sessionID: String
    package var sessionVersion: String

    package init(
        remote: Endpoint?, remoteRTCP: Endpoint? = nil, direction: MediaDirection = .sendrecv, formats: [MediaFormat],
        fax: FaxParameters? = nil, ptimeMilliseconds: Int? = nil, transport: MediaTransport = MediaTransport(),
        isBundled: Bool = false,
        hasUnspecifiedAddress: Bool = false, isRejected: Bool = false, sections: [Section]? = nil,
        sectionIndex: Int = 0,
        sessionID: String = "0", sessionVersion: String = "0"
    ) {
        self.remote = remote
        self.remoteRTCP = remoteRTCP
        self.direction = direction
        self.formats = formats
        self.fax = fax
        self.ptimeMilliseconds = ptimeMilliseconds
        self.transport = transport
        self.isBundled = isBundled
        self.hasUnspecifiedAddress = hasUnspecifiedAddress
        self.isRejected = isRejected
        self.sections =
            sections ?? [
                Section(
                    kind: "audio", protocolName: transport.profile.rawValue,
                    firstFormat: formats.first?.payloadType.description ?? "0")
            ]
        self.sectionIndex = sectionIndex
        self.sessionID = sessionID
        self.sessionVersion = sessionVersion
    }

    /// The peer does not listen: it put us on hold, the new way or the old.
    package var isHeld: Bool { hasUnspecifiedAddress || !direction.receives }

    /// The direction with hold by 0.0.0.0 counted in: what an offer or answer that passes it on should say.
    package var effectiveDirection: MediaDirection {
        MediaDirection(sends: direction.sends, receives: direction.receives && !hasUnspecifiedAddress)
    }

    /// Whether both are the same version of the same description, so that nothing needs to be negotiated again.
    package func isSameVersion(as other: MediaDescription) -> Bool {
        sessionID == other.sessionID && sessionVersion == other.sessionVersion
    }

    /// Those of `formats` that this peer listed too, in the order of `formats`, with this peer's numbers and the
    /// parameters of `formats`: what an answer to this peer may contain. Throws `noCommonCodec` unless one of them
    /// carries sound.
    package func commonFormats(with formats: [MediaFormat]) throws(SDPProblem) -> [MediaFormat] {
        let common = formats.renumbered(like: self.formats)
        guard common.contains(where: \.carriesSound) else { throw .noCommonCodec }
        return common
    }
}
