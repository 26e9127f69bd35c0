extension SessionDescription {
    /// Parses a body. Required are `v=0`, `o=` and well-formed `m=`, `c=` and `a=` lines; a missing `s=` or `t=`, which
    /// nothing of ours depends on, is forgiven.
    package init(parsing body: ArraySlice<UInt8>) throws(SDPSyntaxError) {
        guard body.count <= SDPLimits.bytesMax else {
            throw SDPSyntaxError(line: 1, problem: "longer than \(SDPLimits.bytesMax) bytes")
        }
        var reader = SDPLineReader(body)
        guard let version = try reader.next(), version.type == UInt8(ascii: "v"), version.value.string == "0" else {
            throw SDPSyntaxError(line: 1, problem: "expected v=0")
        }
        guard let first = try reader.next(), first.type == UInt8(ascii: "o") else {
            throw reader.error("expected o= after v=")
        }
        guard let origin = SDPOrigin(parsing: first.value) else {
            throw reader.error("o= needs user, session id, version, network type, address type and address")
        }
        self.init(origin: origin)
        var attributeCount = 0
        while let line = try reader.next() {
            switch line.type {
            case UInt8(ascii: "s") where lines.isEmpty && media.isEmpty:
                sessionName = line.value
            case UInt8(ascii: "v"), UInt8(ascii: "o"), UInt8(ascii: "s"):
                throw reader.error("\(Character(Unicode.Scalar(line.type)))= stands in the wrong place")
            case UInt8(ascii: "m"):
                guard media.count < SDPLimits.mediaSectionsMax else {
                    throw reader.error("more than \(SDPLimits.mediaSectionsMax) media sections")
                }
                media.append(try MediaSection(parsing: line.value, reader))
            default:
                if line.type == UInt8(ascii: "a") { attributeCount += 1 }
                guard attributeCount <= SDPLimits.attributesMax else {
                    throw reader.error("more than \(SDPLimits.attributesMax) attributes")
                }
                append(try SDPLine(line, reader))
            }
        }
    }

    private mutating func append(_ line: SDPLine) {
        if media.isEmpty {
            lines.append(line)
        } else {
            media[media.count - 1].lines.append(line)
        }
    }
}

extension MediaSection {
    /// Parses the value of `m=`: `audio 49170/2 RTP/AVP 0 8`.
    fileprivate init(parsing value: SDPText, _ reader: SDPLineReader) throws(SDPSyntaxError) {
        var rest = value
        guard let kind = rest.nextField(), let portText = rest.nextField(), let protocolName = rest.nextField() else {
            throw reader.error("m= needs media, port, protocol and formats")
        }
        let (portDigits, countDigits) = portText.split(at: UInt8(ascii: "/"))
        guard let port = portDigits.decimal(max: 65_535) else {
            throw reader.error("port \"\(portDigits.string)\" is not a number up to 65535")
        }
        let portCount = countDigits?.decimal(max: 65_535)
        if countDigits != nil, portCount == nil { throw reader.error("port count is not a number up to 65535") }
        var formats: [String] = []
        while let format = rest.nextField() {
            guard formats.count < SDPLimits.formatsMax else {
                throw reader.error("more than \(SDPLimits.formatsMax) formats in one media section")
            }
            formats.append(format.string)
        }
        guard !formats.isEmpty else { throw reader.error("m= needs at least one format") }
        self.init(
            kind: kind.string, port: UInt16(port), portCount: portCount, protocolName: protocolName.string,
            formats: formats)
    }
}

extension SDPLine {
    fileprivate init(_ line: SDPLineReader.Line, _ reader: SDPLineReader) throws(SDPSyntaxError) {
        switch line.type {
        case UInt8(ascii: "c"):
            guard let connection = SDPConnection(parsing: line.value) else {
                throw reader.error("c= needs network type, address type and address")
            }
            self = .connection(connection)
        case UInt8(ascii: "a"):
            let (name, value) = line.value.split(at: UInt8(ascii: ":"))
            guard !name.isEmpty else { throw reader.error("a= needs a name") }
            self = .attribute(SDPAttribute(name: name.string, value: value))
        default:
            self = .other(type: line.type, value: line.value)
        }
    }
}
