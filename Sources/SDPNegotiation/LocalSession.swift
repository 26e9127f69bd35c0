package import MediaControl
package import PBXBase
import SDPGrammar

/// Our side of one leg's offer/answer exchange (RFC 3264): it writes our offers and answers, and remembers what must
/// not change between them — the `o=` line, the order of the `m=` lines, and what a payload type number means.
///
/// Media is always anchored: every description names our own address, and hold is said by direction, never by 0.0.0.0.
package struct LocalSession: Hashable, Sendable {
    private let id: UInt64
    /// Of our `o=` line; one higher each time that the text is another (RFC 3264 §8).
    package private(set) var version: UInt64 = 0
    private let originAddress: IPAddress
    private var sections: [MediaDescription.Section] = []
    /// Which of them is in use: for audio, or for a fax in its place.
    private var sectionIndex = 0
    private var isBundled = false
    /// What our latest description says of how packets are protected and found.
    package private(set) var transport = MediaTransport()
    /// What our latest description lists: the numbers with which the peer sends.
    package private(set) var formats: [MediaFormat] = []
    /// What our latest description says of fax packets; nil while it is about audio.
    package private(set) var fax: FaxParameters?
    /// The direction in our latest description.
    package private(set) var direction = MediaDirection.inactive
    /// Every number that was ever given a meaning on this leg.
    private var numbering: [MediaFormat] = []
    private var text: [UInt8] = []

    /// - Parameters:
    ///   - id: random; 31 bits of it are used, as there are phones that read session ids into a signed word.
    ///   - address: stands in `o=`, for as long as the leg lives.
    package init(id: UInt64, address: IPAddress) {
        self.id = id & 0x7FFF_FFFF
        originAddress = address
    }

    /// Writes an offer. Codecs keep the numbers given, unless a number already means something else on this leg
    /// (RFC 3264 §8.3.2) or the codec already has one.
    /// - Parameters:
    ///   - formats: in order of preference; what was really told is in `self.formats` afterwards.
    ///   - address: where we receive RTP on this leg.
    ///   - rtcp: where we receive RTCP; nil means the port after RTP's.
    ///   - ptime: packet time in milliseconds, passed on from the other side.
    package mutating func offer(
        formats: [MediaFormat], address: Endpoint, rtcp: Endpoint?, direction: MediaDirection, ptime: Int?,
        transport: MediaTransport = MediaTransport()
    ) -> [UInt8] {
        let profile = transport.profile.rawValue
        if sections.isEmpty {
            // RFC 8829 §5.2.1: a browser wants its streams named and bundled, even one.
            isBundled = transport.ice != nil
            sections = [
                MediaDescription.Section(
                    kind: "audio", protocolName: profile, firstFormat: "0", mid: isBundled ? "0" : nil)
            ]
        }
        sections[sectionIndex] = sections[sectionIndex].asAudio(transport.profile)
        self.transport = transport
        fax = nil
        self.formats = numbered(formats)
        self.direction = direction
        return write(audioSection(address, rtcp: rtcp, ptime: ptime), address.address)
    }

    /// Writes an answer: the codecs of `formats` that the offer has, with the offer's numbers; every other `m=` line
    /// refused in its place; the audio refused too (port 0) when nothing is in common or the offer took it down.
    /// - Parameter direction: what the other side wants; cut down to what the offer allows.
    package mutating func answer(
        to offer: MediaDescription, formats: [MediaFormat], address: Endpoint, rtcp: Endpoint?,
        direction: MediaDirection, ptime: Int? = nil, transport: MediaTransport = MediaTransport()
    ) -> [UInt8] {
        sections = offer.sections
        sectionIndex = offer.sectionIndex
        isBundled = offer.isBundled
        self.transport = transport
        fax = nil
        let common = offer.isRejected ? [] : (try? offer.commonFormats(with: formats)) ?? []
        self.formats = common
        self.direction = common.isEmpty ? .inactive : direction.answering(offer.effectiveDirection)
        remember(common)
        return write(audioSection(address, rtcp: rtcp, ptime: ptime), address.address)
    }

    /// Takes back an offer that was refused: what held before it holds on (RFC 3261 §14.1). The version stays ahead, as
    /// the peer has seen it.
    /// - Parameter earlier: this session before the offer.
    package mutating func withdrawOffer(_ earlier: LocalSession) {
        let refused = self
        self = earlier
        version = refused.version
        numbering = refused.numbering
        text = []
    }

    /// Checks an answer against our latest offer and returns its codecs that we offered, with the answer's numbers:
    /// what the other side's answer is made of.
    package func formats(acceptedBy answer: MediaDescription) throws(SDPProblem) -> [MediaFormat] {
        try checkShape(of: answer)
        guard !answer.isRejected else { throw .answerMismatch("audio is refused") }
        let accepted = answer.formats.filter { format in formats.contains { $0.isCompatible(with: format) } }
        guard accepted.contains(where: \.carriesSound) else { throw .noCommonCodec }
        return accepted
    }

    func checkShape(of answer: MediaDescription) throws(SDPProblem) {
        guard answer.sections.count <= sections.count else {
            throw .answerMismatch("it has \(answer.sections.count) media sections, we offered \(sections.count)")
        }
        guard answer.sectionIndex == sectionIndex else {
            let (theirs, ours) = (answer.sectionIndex + 1, sectionIndex + 1)
            throw .answerMismatch("its media section in use is \(theirs), we offered \(ours)")
        }
    }
}

// MARK: - Fax

extension LocalSession {
    /// Writes an offer to change from audio to fax packets in the same place (T.38 Annex D.2.4). Only for a session
    /// that stands.
    package mutating func offerFax(_ parameters: FaxParameters, address: Endpoint) -> [UInt8] {
        sections[sectionIndex] = sections[sectionIndex].asFax
        takeUp(parameters)
        return write(faxSection(address), address.address)
    }

    /// Writes an answer to an offer of fax packets.
    package mutating func answerFax(to offer: MediaDescription, _ parameters: FaxParameters, address: Endpoint)
        -> [UInt8]
    {
        sections = offer.sections
        sectionIndex = offer.sectionIndex
        isBundled = false
        takeUp(parameters)
        return write(faxSection(address), address.address)
    }

    /// Checks an answer against our offer of fax packets.
    package func fax(acceptedBy answer: MediaDescription) throws(SDPProblem) -> FaxParameters {
        try checkShape(of: answer)
        guard !answer.isRejected, let parameters = answer.fax else { throw .answerMismatch("fax is refused") }
        return parameters
    }

    private mutating func takeUp(_ parameters: FaxParameters) {
        fax = parameters
        formats = []
        transport = MediaTransport()
        direction = .sendrecv
    }

    private func faxSection(_ address: Endpoint) -> MediaSection {
        let section = sections[sectionIndex]
        return MediaSection(
            kind: section.kind, port: address.port, protocolName: section.protocolName, formats: [section.firstFormat],
            lines: (section.mid.map { [.attribute(SDPAttribute("mid", $0))] } ?? []) + (fax?.lines ?? []))
    }
}

// MARK: - Numbers

extension LocalSession {
    private mutating func numbered(_ proposed: [MediaFormat]) -> [MediaFormat] {
        var result: [MediaFormat] = []
        for var format in proposed {
            let isFree = { (number: UInt8) in !result.contains { $0.payloadType == number } }
            if let known = numbering.first(where: { $0.isCompatible(with: format) && isFree($0.payloadType) }) {
                format.payloadType = known.payloadType
            } else if !isFree(format.payloadType) || numbering.contains(where: { $0.payloadType == format.payloadType })
            {
                guard
                    let number = Self.dynamicNumbers.first(where: { number in
                        isFree(number) && !numbering.contains { $0.payloadType == number }
                    })
                else { continue }
                format.payloadType = number
            }
            result.append(format)
            remember([format])
        }
        return result
    }

    private mutating func remember(_ formats: [MediaFormat]) {
        for format in formats {
            if let index = numbering.firstIndex(where: { $0.payloadType == format.payloadType }) {
                numbering[index] = format
            } else {
                numbering.append(format)
            }
        }
    }

    /// RFC 3551 §6 leaves 96 to 127 free; RFC 5761 §4 keeps 64 to 95 clear of RTCP, so 35 to 63 come last.
    private static let dynamicNumbers: [UInt8] = Array(96...127) + Array(35...63)
}

// MARK: - Text

extension LocalSession {
    /// `c=` stands in the session part, so that it also covers refused sections, and the oldest phones find it.
    private mutating func write(_ section: MediaSection, _ address: IPAddress) -> [UInt8] {
        var description = SessionDescription(
            origin: SDPOrigin(
                sessionID: String(id), sessionVersion: String(version), connection: SDPConnection(originAddress)),
            lines: [
                .connection(SDPConnection(address)), .other(type: UInt8(ascii: "t"), value: Array("0 0".utf8)[...]),
            ] + sessionAttributes,
            media: sections.indices.map { $0 == sectionIndex ? section : refused(sections[$0]) }
        )
        if !text.isEmpty, description.serialized() == text { return text }
        version += 1
        description.origin.sessionVersion = String(version)
        text = description.serialized()
        return text
    }

    private func audioSection(_ address: Endpoint, rtcp: Endpoint?, ptime: Int?) -> MediaSection {
        let section = sections[sectionIndex]
        guard !formats.isEmpty else { return refused(section) }
        var lines: [SDPLine] = []
        for format in formats {
            let channels = format.channels > 1 ? "/\(format.channels)" : ""
            let map = "\(format.payloadType) \(format.name)/\(format.clockRate)\(channels)"
            lines.append(.attribute(SDPAttribute("rtpmap", map)))
            if let parameters = format.parameters {
                lines.append(.attribute(SDPAttribute("fmtp", "\(format.payloadType) \(parameters)")))
            }
        }
        if let mid = section.mid { lines.insert(.attribute(SDPAttribute("mid", mid)), at: 0) }
        if transport.hasRTCPMux {
            lines.append(.attribute(SDPAttribute("rtcp-mux")))
        } else if let rtcp, let attribute = rtcpAttribute(rtcp, rtp: address) {
            lines.append(.attribute(attribute))
        }
        lines += transport.lines(address, rtcp: rtcp)
        if let ptime { lines.append(.attribute(SDPAttribute("ptime", String(ptime)))) }
        lines.append(.attribute(SDPAttribute(direction.rawValue)))
        return MediaSection(
            kind: section.kind, port: address.port, protocolName: section.protocolName,
            formats: formats.map { String($0.payloadType) }, lines: lines)
    }

    private func rtcpAttribute(_ rtcp: Endpoint, rtp: Endpoint) -> SDPAttribute? {
        guard rtcp.address == rtp.address else {
            let connection = SDPConnection(rtcp.address)
            return SDPAttribute("rtcp", "\(rtcp.port) IN \(connection.addressType) \(connection.address)")
        }
        return rtcp.port == rtp.port &+ 1 ? nil : SDPAttribute("rtcp", String(rtcp.port))
    }

    private func refused(_ section: MediaDescription.Section) -> MediaSection {
        MediaSection(
            kind: section.kind, port: 0, protocolName: section.protocolName, formats: [section.firstFormat],
            lines: section.mid.map { [.attribute(SDPAttribute("mid", $0))] } ?? [])
    }

    private var sessionAttributes: [SDPLine] {
        var lines: [SDPLine] = []
        if isBundled, !formats.isEmpty, let mid = sections[sectionIndex].mid {
            lines.append(.attribute(SDPAttribute("group", "BUNDLE \(mid)")))
        }
        if transport.ice != nil { lines.append(.attribute(SDPAttribute("ice-lite"))) }
        return lines
    }
}

extension MediaTransport {
    /// Its attributes in our own descriptions.
    fileprivate func lines(_ rtp: Endpoint, rtcp: Endpoint?) -> [SDPLine] {
        var attributes = cryptos.map(\.attribute)
        attributes += fingerprints.map { SDPAttribute("fingerprint", $0.description) }
        if let setup { attributes.append(SDPAttribute("setup", setup.rawValue)) }
        if let ice {
            attributes.append(SDPAttribute("ice-ufrag", ice.usernameFragment))
            attributes.append(SDPAttribute("ice-pwd", ice.password))
            attributes.append(candidate(component: 1, rtp))
            if !hasRTCPMux, let rtcp { attributes.append(candidate(component: 2, rtcp)) }
            attributes.append(SDPAttribute("end-of-candidates"))
        }
        return attributes.map { .attribute($0) }
    }

    /// RFC 8445 §5.1.2.1: the priority of a host candidate that is the only one.
    private func candidate(component: Int, _ address: Endpoint) -> SDPAttribute {
        let priority = 126 << 24 | 65_535 << 8 | (256 - component)
        return SDPAttribute(
            "candidate", "1 \(component) UDP \(priority) \(address.address) \(address.port) typ host")
    }
}
