/// The eight colours that every colour terminal has, and the terminal's own.
package enum Colour: UInt8, Hashable, Sendable, CaseIterable {
    case standard, black, red, green, yellow, blue, magenta, cyan, white
}

/// How a cell looks. Colour only ever repeats what a word or an attribute says already.
package struct Style: Hashable, Sendable {
    package struct Attributes: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let bold = Attributes(rawValue: 1)
        package static let dim = Attributes(rawValue: 2)
        package static let underline = Attributes(rawValue: 4)
        package static let reverse = Attributes(rawValue: 8)
    }

    package var foreground: Colour
    package var background: Colour
    package var attributes: Attributes

    package init(_ foreground: Colour = .standard, on background: Colour = .standard, _ attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    package static let plain = Style()
    package static let bold = Style(.standard, .bold)
    package static let dim = Style(.standard, .dim)
    package static let underline = Style(.standard, .underline)
    package static let reverse = Style(.standard, .reverse)

    package func adding(_ attributes: Attributes) -> Style {
        Style(foreground, on: background, self.attributes.union(attributes))
    }

    /// The same without colours: what a terminal without any shows.
    package var uncoloured: Style { Style(.standard, attributes) }
}
