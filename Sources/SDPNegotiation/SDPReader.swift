import MediaControl
import PBXBase
import SDPGrammar

/// Reads a peer's session description down to what call control needs.
package struct SDPReader {
    /// Profiles whose media is plain RTP, so that it can be forwarded. AVPF only adds RTCP feedback.
    private static let profiles: Set<String> = ["RTP/AVP", "RTP/AVPF"]

    package static func read(_ body: ArraySlice<UInt8>) throws(SDPProblem) -> MediaDescription {
        let description: SessionDescription
        do {
            description = try SessionDescription(parsing: body)
        } catch {
            throw .syntax(error)
        }
        let index = try audioIndex(description.media)
        let section = description.media[index]
        guard let connection = section.connection ?? description.connection else { throw .noConnection }
        let address = connection.ipAddress
        let isUnspecified = address?.isUnspecified ?? false
        let remote: Endpoint? =
            if let address, !isUnspecified, section.port != 0 { Endpoint(address, port: section.port) } else { nil }
        return MediaDescription(
            remote: remote,
            remoteRTCP: remote.flatMap { remoteRTCP(section.rtcpAddress, rtp: $0) },
            direction: direction(section.lines) ?? direction(description.lines) ?? .sendrecv,
            formats: formats(section),
            ptimeMilliseconds: section.packetMilliseconds,
            protocolName: section.protocolName,
            hasRTCPMux: section.hasRTCPMux,
            hasUnspecifiedAddress: isUnspecified,
            isRejected: section.port == 0,
            sections: description.media.map {
                MediaDescription.Section(
                    kind: $0.kind, protocolName: $0.protocolName, firstFormat: $0.formats.first ?? "0")
            },
            audioIndex: index,
            sessionID: description.origin.sessionID,
            sessionVersion: description.origin.sessionVersion
        )
    }

    /// The first audio section in use over a profile of ours; else one that is not in use: a stream taken down.
    private static func audioIndex(_ media: [MediaSection]) throws(SDPProblem) -> Int {
        let audio = media.indices.filter { media[$0].kind == "audio" }
        let spoken = audio.filter { profiles.contains(media[$0].protocolName) }
        if let active = spoken.first(where: { media[$0].port != 0 }) { return active }
        if let foreign = audio.first(where: { media[$0].port != 0 }) {
            throw .unsupportedProfile(media[foreign].protocolName)
        }
        guard let unused = spoken.first ?? audio.first else { throw .noAudio }
        return unused
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
