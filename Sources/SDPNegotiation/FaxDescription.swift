import MediaControl
import SDPGrammar

// The lines of an image section that say how fax packets are made (T.38 Annex D.2.3).

extension MediaSection {
    /// `m=image` over UDPTL with T.38 among its formats. The protocol is written in both cases in the field.
    var isFax: Bool {
        kind == "image" && protocolName.lowercased() == MediaDescription.Section.faxProtocol
            && formats.contains { $0.lowercased() == MediaDescription.Section.faxFormat }
    }
}

extension MediaDescription.Section {
    static let faxProtocol = "udptl"
    static let faxFormat = "t38"

    /// The same place in the description, used for fax.
    var asFax: Self {
        MediaDescription.Section(kind: "image", protocolName: Self.faxProtocol, firstFormat: Self.faxFormat, mid: mid)
    }

    /// The same place in the description, used for audio.
    func asAudio(_ profile: RTPProfile) -> Self {
        MediaDescription.Section(
            kind: "audio", protocolName: profile.rawValue, firstFormat: kind == "audio" ? firstFormat : "0", mid: mid)
    }
}

extension FaxParameters {
    private static let versionMax = 3
    private static let bitRateLimit = 1_000_000
    private static let bytesLimit = 65_535

    /// Reads a section; what is missing or no sense has its default. Names are compared without case, as gateways
    /// write `T38MaxBitRate` and `T38maxBitRate`.
    init(_ section: MediaSection) {
        self.init()
        for attribute in section.attributes {
            let text = attribute.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
            let number = { (limit: Int) in Int(text).flatMap { (0...limit).contains($0) ? $0 : nil } }
            // A flag is there or not; some gateways write `:0` and `:1`.
            let isSet = text.isEmpty || text == "1"
            switch attribute.name.lowercased() {
            case "t38faxversion": version = number(Self.versionMax) ?? version
            case "t38maxbitrate": bitRateMax = number(Self.bitRateLimit) ?? bitRateMax
            case "t38faxfillbitremoval": removesFillBits = isSet
            case "t38faxtranscodingmmr": transcodesMMR = isSet
            case "t38faxtranscodingjbig": transcodesJBIG = isSet
            case "t38faxratemanagement":
                let known = RateManagement.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
                rateManagement = known ?? rateManagement
            case "t38faxmaxbuffer": bufferBytesMax = number(Self.bytesLimit)
            case "t38faxmaxdatagram": datagramBytesMax = number(Self.bytesLimit)
            case "t38faxudpec":
                let known = ErrorCorrection.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
                errorCorrection = known ?? errorCorrection
            default: break
            }
        }
    }

    var lines: [SDPLine] {
        var attributes = [
            SDPAttribute("T38FaxVersion", String(version)), SDPAttribute("T38MaxBitRate", String(bitRateMax)),
        ]
        if removesFillBits { attributes.append(SDPAttribute("T38FaxFillBitRemoval")) }
        if transcodesMMR { attributes.append(SDPAttribute("T38FaxTranscodingMMR")) }
        if transcodesJBIG { attributes.append(SDPAttribute("T38FaxTranscodingJBIG")) }
        attributes.append(SDPAttribute("T38FaxRateManagement", rateManagement.rawValue))
        if let bufferBytesMax { attributes.append(SDPAttribute("T38FaxMaxBuffer", String(bufferBytesMax))) }
        if let datagramBytesMax { attributes.append(SDPAttribute("T38FaxMaxDatagram", String(datagramBytesMax))) }
        attributes.append(SDPAttribute("T38FaxUdpEC", errorCorrection.rawValue))
        return attributes.map { .attribute($0) }
    }
}
