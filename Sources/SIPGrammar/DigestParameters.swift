/// The comma-separated `name=value` list that digest headers share (RFC 3261 §25.1, RFC 7616 §3.3). Values are held
/// without quotes.
struct DigestParameters: Hashable, Sendable {
    struct Item: Hashable, Sendable {
        var name: String
        var value: String
        var isQuoted: Bool
    }

    var items: [Item] = []

    /// What phones send, and room for the challenge that we write.
    private static let itemsUsually = 10

    subscript(name: String) -> String? {
        index(of: name).map { items[$0].value }
    }

    /// Where the parameter of that name stands. By indices, as an iteration copies every item that it passes.
    private func index(of name: String) -> Int? {
        for index in items.indices where items[index].name.utf8.equalsIgnoringCase(name) { return index }
        return nil
    }

    /// Sets or, with nil, removes one value.
    mutating func set(_ name: String, _ value: String?, isQuoted: Bool) {
        let index = index(of: name)
        guard let value else {
            if let index { items.remove(at: index) }
            return
        }
        let item = Item(name: name, value: value, isQuoted: isQuoted)
        if let index {
            items[index] = item
        } else {
            if items.isEmpty { items.reserveCapacity(Self.itemsUsually) }
            items.append(item)
        }
    }

    /// Parses `scheme SP name=value, ...`.
    static func parse(
        _ ascii: ArraySlice<UInt8>, field: String
    ) throws(SIPSyntaxError) -> (scheme: String, parameters: DigestParameters) {
        var cursor = FieldCursor(ascii, field: field)
        cursor.skipWhitespace()
        let scheme = try cursor.token("scheme").text
        cursor.skipWhitespace()
        var parameters = DigestParameters()
        parameters.items.reserveCapacity(itemsUsually)
        while !cursor.isAtEnd {
            guard parameters.items.count < SIPLimits.parametersMax else {
                throw cursor.failure("more than \(SIPLimits.parametersMax) parameters")
            }
            let name = try cursor.token("parameter name").text
            guard cursor.takeSeparator(ASCII.equals) else { throw cursor.failure("\"=\" is missing") }
            let isQuoted = cursor.current == ASCII.quote
            let value =
                isQuoted
                ? try cursor.quotedString().unquoted : cursor.take { $0 != ASCII.comma && !$0.isWhitespace }.text
            guard parameters.index(of: name) == nil else { throw cursor.failure("parameter \"\(name)\" appears twice") }
            parameters.items.append(Item(name: name, value: value, isQuoted: isQuoted))
            cursor.skipWhitespace()
            guard cursor.isAtEnd || cursor.takeSeparator(ASCII.comma) else { throw cursor.failure("\",\" is missing") }
        }
        return (scheme, parameters)
    }

    func write(scheme: String, to buffer: inout [UInt8]) {
        buffer.append(scheme)
        for (index, item) in items.enumerated() {
            buffer.append(index == 0 ? " " : ", ")
            buffer.append(item.name)
            buffer.append(ASCII.equals)
            if item.isQuoted { buffer.appendQuoted(item.value) } else { buffer.append(item.value) }
        }
    }
}
