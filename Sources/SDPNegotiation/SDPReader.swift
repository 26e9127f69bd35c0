import MediaControl
import PBXBase
import SDPGrammar

/// Reads a peer's session description down to what call control needs.
package struct SDPReader {
    /// - Parameter encryption: of the endpoint that sent it; decides between audio sections of unlike profiles.
    package static func read(
        _ body: ArraySlice<UInt8>, encryption: EncryptionPolicy = .prefer
    ) throws(SDPProblem) -> MediaDescription {
        let description: SessionDescription
        do {
            description = try SessionDescription(parsing: body)
        } catch {
            throw .syntax(error)
        }
        let index = try sectionInUse(description, encryption)
        let section = description.media[index]
        guard let connection = section.connection ?? description.connection else { throw .noConnection }
        let address = connection.ipAddress
        let transport = transport(of: section, in: description)
        // With ICE the address is one of the candidates, and this one says that they are still to come.
        let isUnspecified = (address?.isUnspecified ?? false) && transport.ice == nil
        let remote: Endpoint? =
            if let address, !address.isUnspecified, section.port != 0 { Endpoint(address, port: section.port) } else {
                nil
            }
        return MediaDescription(
            remote: remote,
            remoteRTCP: transport.hasRTCPMux ? remote : remote.flatMap { remoteRTCP(section.rtcpAddress, rtp: $0) },
            direction: direction(section.lines) ?? direction(description.lines) ?? .sendrecv,
            formats: section.isFax ? [] : formats(section),
            fax: section.isFax ? FaxParameters(section) : nil,
            ptimeMilliseconds: section.packetMilliseconds,
            transport: transport,
            isBundled: isBundled(section, in: description),
            hasUnspecifiedAddress: isUnspecified,
            isRejected: section.port == 0,
            sections: description.media.map {
                MediaDescription.Section(
                    kind: $0.kind, protocolName: $0.protocolName, firstFormat: $0.formats.first ?? "0",
                    mid: text($0.attribute("mid")))
            },
            sectionIndex: index,
            sessionID: description.origin.sessionID,
            sessionVersion: description.origin.sessionVersion
        )
    }

    /// The first audio section in use that can be taken, else a fax; else one that is not in use: a stream taken down.
    private static func sectionInUse(
        _ description: SessionDescription, _ encryption: EncryptionPolicy
    ) throws(SDPProblem) -> Int {
        let media = description.media
        let audio = media.indices.filter { media[$0].kind == "audio" }
        let spoken = audio.filter { RTPProfile(rawValue: media[$0].protocolName) != nil }
        let active = spoken.filter { media[$0].port != 0 }
        let usable = active.first { isUsable(transport(of: media[$0], in: description), encryption) }
        if let index = usable ?? active.first { return index }
        // A fax takes the place of audio, so it counts only where there is none (T.38 Annex D.2.4).
        if let fax = media.firstIndex(where: { $0.isFax && $0.port != 0 }) { return fax }
        if let foreign = audio.first(where: { media[$0].port != 0 }) {
            throw .unsupportedProfile(media[foreign].protocolName)
        }
        guard let unused = spoken.first ?? audio.first ?? media.firstIndex(where: \.isFax) else { throw .noAudio }
        return unused
    }

    private static func isUsable(_ transport: MediaTransport, _ encryption: EncryptionPolicy) -> Bool {
        let hasKeys = transport.profile.usesDTLS ? !transport.fingerprints.isEmpty : !transport.cryptos.isEmpty
        return transport.profile.isSecure ? hasKeys && encryption != .off : hasKeys || encryption != .require
    }

    /// What the session part says holds for every section that does not say it itself.
    private static func transport(of section: MediaSection, in description: SessionDescription) -> MediaTransport {
        let attribute = { (name: String) in section.attribute(name) ?? description.lines.attribute(name) }
        let fingerprints = section.lines.attributes(named: "fingerprint")
        let usernameFragment = text(attribute("ice-ufrag"))
        let password = text(attribute("ice-pwd"))
        // RFC 8445 §2.5: we are a lite side, and two of them send no checks: both use the addresses in their SDP.
        let isLite = description.lines.attribute("ice-lite") != nil
        let ice = usernameFragment.flatMap { name in
            isLite ? nil : password.flatMap { ICECredentials(usernameFragment: name, password: $0) }
        }
        return MediaTransport(
            profile: RTPProfile(rawValue: section.protocolName) ?? .avp,
            cryptos: section.lines.attributes(named: "crypto").prefix(cryptosMax)
                .compactMap { $0.value.flatMap(CryptoAttribute.init) },
            fingerprints: (fingerprints.isEmpty
                ? description.lines.attributes(named: "fingerprint") : fingerprints)
                .prefix(fingerprintsMax).compactMap { text($0).flatMap { CertificateFingerprint($0) } },
            setup: text(attribute("setup")).flatMap(MediaTransport.Setup.init), ice: ice,
            hasRTCPMux: section.hasRTCPMux)
    }

    /// Lines of one section that are looked at; phones have a handful.
    private static let cryptosMax = 16
    private static let fingerprintsMax = 8

    private static func isBundled(_ section: MediaSection, in description: SessionDescription) -> Bool {
        guard let mid = text(section.attribute("mid")) else { return false }
        return description.attributes.contains { attribute in
            guard attribute.name == "group", let words = text(attribute)?.split(separator: " ") else { return false }
            return words.first == "BUNDLE" && words.dropFirst().contains { $0 == mid }
        }
    }

    private static func text(_ attribute: SDPAttribute?) -> String? {
        attribute?.value.map { String(decoding: $0, as: UTF8.self) }
    }

    /// RFC 3605 §2.1: `a=rtcp` may name port and address; without it RTCP has the port after RTP's (RFC 3550 §11).
    private static func remoteRTCP(_ rtcp: SDPRTCPAddress?, rtp: Endpoint) -> Endpoint? {
        guard let rtcp else { return rtp.port < .max ? Endpoint(rtp.address, port: rtp.port + 1) : nil }
        guard rtcp.port != 0 else { return nil }
        guard let connection = rtcp.connection else { return Endpoint(rtp.address, port: rtcp.port) }
        guard let address = connection.ipAddress, !address.isUnspecified else { return nil }
        return Endpoint(address, port: rtcp.port)
    }

    private static func direction(_ lines: [SDPLine]) -> MediaDirection? {
        for case .attribute(let attribute) in lines {
            if let direction = MediaDirection(rawValue: attribute.name) { return direction }
        }
        return nil
    }

    private static func formats(_ section: MediaSection) -> [MediaFormat] {
        let maps = section.rtpMaps
        var formats: [MediaFormat] = []
        for text in section.formats {
            guard let number = UInt8(text), number < 128, !formats.contains(where: { $0.payloadType == number }),
                var format = format(number, maps)
            else { continue }
            format.parameters = section.formatParameters(text).map { String(decoding: $0, as: UTF8.self) }
            formats.append(format)
        }
        return formats
    }

    private static func format(_ number: UInt8, _ maps: [SDPRTPMap]) -> MediaFormat? {
        guard let map = maps.first(where: { $0.payloadType == number }) else {
            return StaticPayloadTypes.format(number)
        }
        return MediaFormat(
            payloadType: number, name: map.encodingName, clockRate: map.clockRate, channels: map.channels)
    }
}
