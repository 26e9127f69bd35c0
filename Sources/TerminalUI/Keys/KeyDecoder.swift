package import PBXBase

/// What a terminal sends.
package enum TerminalInput: Hashable, Sendable {
    case key(KeyEvent)
    /// Text that was pasted, never commands: control characters are left out.
    case pasted(String)
}

/// Turns the bytes of a terminal into keys: UTF-8, control characters, and the escape sequences of ECMA-48 terminals
/// (xterm, Linux console, rxvt, tmux, screen).
///
/// Esc alone and a sequence start alike: Esc counts as a key of its own when nothing follows within
/// `escapeMilliseconds`; the driver calls `timedOut` at `deadline`.
package struct KeyDecoder: Sendable {
    package static let escapeMilliseconds = 40
    /// A longer sequence is no key of any terminal and is dropped.
    package static let sequenceBytesMax = 64
    /// What is pasted beyond this is dropped.
    package static let pasteBytesMax = 65_536

    private enum State: Sendable {
        case ground
        case escape
        /// After `ESC [`, and the bytes since.
        case control([UInt8])
        /// After `ESC O`.
        case single
        /// Inside a UTF-8 character: its bytes so far, and how many are still to come.
        case text([UInt8], missing: Int)
        case paste([UInt8])
    }

    private var state = State.ground
    /// Alt was sent as Esc before a character of several bytes.
    private var isAlt = false
    private let sequences: [[UInt8]: KeyEvent]
    package private(set) var deadline: Instant?

    /// `sequences`: what the terminal's own description adds, without the leading Esc.
    package init(sequences: [[UInt8]: KeyEvent] = [:]) { self.sequences = sequences }

    package mutating func decode(_ bytes: some Sequence<UInt8>, now: Instant, into inputs: inout [TerminalInput]) {
        for byte in bytes { take(byte, into: &inputs) }
        switch state {
        case .escape, .control, .single: deadline = now + .milliseconds(Self.escapeMilliseconds)
        case .ground, .text, .paste: deadline = nil
        }
    }

    /// Nothing followed: an Esc was the key itself.
    package mutating func timedOut(into inputs: inout [TerminalInput]) {
        deadline = nil
        switch state {
        case .escape: inputs.append(.key(KeyEvent(.escape)))
        case .control(let bytes) where bytes.isEmpty: inputs.append(.key(KeyEvent("[", alt: true)))
        case .single: inputs.append(.key(KeyEvent("O", alt: true)))
        case .control, .ground, .text, .paste: break
        }
        if case .paste = state { return }
        state = .ground
        isAlt = false
    }

    private mutating func take(_ byte: UInt8, into inputs: inout [TerminalInput]) {
        switch state {
        case .ground: start(byte, into: &inputs)
        case .escape: afterEscape(byte, into: &inputs)
        case .control(let bytes): inControl(bytes + [byte], into: &inputs)
        case .single:
            state = .ground
            if let event = sequences[[0x4F, byte]] ?? Self.single[byte] { inputs.append(.key(event)) }
        case .text(let bytes, let missing):
            guard byte & 0xC0 == 0x80 else {
                state = .ground
                return start(byte, into: &inputs)
            }
            let bytes = bytes + [byte]
            state = missing > 1 ? .text(bytes, missing: missing - 1) : .ground
            if missing == 1 { typed(bytes, into: &inputs) }
        case .paste(var bytes):
            state = .ground
            bytes.append(byte)
            paste(bytes, into: &inputs)
        }
    }

    private mutating func start(_ byte: UInt8, into inputs: inout [TerminalInput]) {
        switch byte {
        case 0x1B: state = .escape
        case 0x0D, 0x0A: emit(.enter, into: &inputs)
        case 0x09: emit(.tab, into: &inputs)
        case 0x08, 0x7F: emit(.backspace, into: &inputs)
        case 0x00: emit(.character(" "), .control, into: &inputs)
        case 0x01...0x1A: emit(.character(Character(Unicode.Scalar(byte + 0x60))), .control, into: &inputs)
        case 0x1C...0x1F: emit(.character(Character(Unicode.Scalar(byte + 0x40))), .control, into: &inputs)
        case 0x20...0x7E: emit(.character(Character(Unicode.Scalar(byte))), into: &inputs)
        case 0xC2...0xDF: state = .text([byte], missing: 1)
        case 0xE0...0xEF: state = .text([byte], missing: 2)
        case 0xF0...0xF4: state = .text([byte], missing: 3)
        default: isAlt = false
        }
    }

    private mutating func afterEscape(_ byte: UInt8, into inputs: inout [TerminalInput]) {
        switch byte {
        case UInt8(ascii: "["): state = .control([])
        case UInt8(ascii: "O"): state = .single
        case 0x1B:
            // Two Esc in a row: the first one is the key, the second may start a sequence.
            inputs.append(.key(KeyEvent(.escape)))
        default:
            state = .ground
            if let event = sequences[[byte]] { return inputs.append(.key(event)) }
            isAlt = true
            start(byte, into: &inputs)
        }
    }

    private mutating func inControl(_ bytes: [UInt8], into inputs: inout [TerminalInput]) {
        state = .ground
        // The Linux console sends F1…F5 as ESC [ [ A…E.
        if bytes == [0x5B] || (bytes.count == 2 && bytes[0] == 0x5B) {
            if bytes.count == 1 { return state = .control(bytes) }
            let number = Int(bytes[1]) - 0x40
            if (1...5).contains(number) { inputs.append(.key(KeyEvent(.function(number)))) }
            return
        }
        guard let final = bytes.last, (0x40...0x7E).contains(final) || final == 0x24 else {
            if bytes.count < Self.sequenceBytesMax { state = .control(bytes) }
            return
        }
        if bytes == Array("200~".utf8) { return state = .paste([]) }
        if let event = sequences[[0x5B] + bytes] ?? ControlSequence(bytes).key { inputs.append(.key(event)) }
    }

    private mutating func paste(_ bytes: [UInt8], into inputs: inout [TerminalInput]) {
        let end = Array("\u{1B}[201~".utf8)
        let isComplete = bytes.suffix(end.count).elementsEqual(end)
        guard isComplete || bytes.count >= Self.pasteBytesMax else { return state = .paste(bytes) }
        let content = isComplete ? bytes.dropLast(end.count) : bytes[...]
        let text = String(decoding: content, as: UTF8.self).unicodeScalars.filter {
            $0.properties.generalCategory != .control
        }
        inputs.append(.pasted(String(String.UnicodeScalarView(text))))
    }

    private mutating func typed(_ bytes: [UInt8], into inputs: inout [TerminalInput]) {
        guard let text = String(validating: bytes, as: UTF8.self), let character = text.first else { return }
        emit(.character(character), into: &inputs)
    }

    private mutating func emit(_ key: Key, _ modifiers: KeyModifiers = [], into inputs: inout [TerminalInput]) {
        inputs.append(.key(KeyEvent(key, isAlt ? modifiers.union(.alt) : modifiers)))
        isAlt = false
    }

    private static let single: [UInt8: KeyEvent] = [
        0x41: KeyEvent(.up), 0x42: KeyEvent(.down), 0x43: KeyEvent(.right), 0x44: KeyEvent(.left),
        0x48: KeyEvent(.home), 0x46: KeyEvent(.end), 0x4D: KeyEvent(.enter), 0x50: KeyEvent(.function(1)),
        0x51: KeyEvent(.function(2)), 0x52: KeyEvent(.function(3)), 0x53: KeyEvent(.function(4)),
    ]
}

/// What stands after `ESC [`: numbers and a final byte.
private struct ControlSequence {
    private let numbers: [Int]
    private let final: UInt8
    private let isPrivate: Bool

    init(_ bytes: [UInt8]) {
        final = bytes.last ?? 0
        isPrivate = bytes.first.map { (0x3C...0x3F).contains($0) } ?? false
        numbers = bytes.dropLast().split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
            Int(String(decoding: $0.prefix(6), as: UTF8.self)) ?? 0
        }
    }

    /// nil for what is no key: mouse reports, answers of the terminal.
    var key: KeyEvent? {
        guard !isPrivate else { return nil }
        let modifiers = Self.modifiers(numbers.count > 1 ? numbers[1] : 1)
        switch final {
        case UInt8(ascii: "A"): return KeyEvent(.up, modifiers)
        case UInt8(ascii: "B"): return KeyEvent(.down, modifiers)
        case UInt8(ascii: "C"): return KeyEvent(.right, modifiers)
        case UInt8(ascii: "D"): return KeyEvent(.left, modifiers)
        case UInt8(ascii: "H"): return KeyEvent(.home, modifiers)
        case UInt8(ascii: "F"): return KeyEvent(.end, modifiers)
        case UInt8(ascii: "P")...UInt8(ascii: "S"):
            return KeyEvent(.function(Int(final) - Int(UInt8(ascii: "P")) + 1), modifiers)
        case UInt8(ascii: "Z"): return KeyEvent(.tab, .shift)
        case UInt8(ascii: "~"): return numbers.first.flatMap { Self.numbered[$0] }.map { KeyEvent($0, modifiers) }
        default: return nil
        }
    }

    /// xterm: one more than the sum of shift 1, alt 2, control 4.
    private static func modifiers(_ value: Int) -> KeyModifiers {
        guard (2...8).contains(value) else { return [] }
        return KeyModifiers(rawValue: UInt8(value - 1))
    }

    private static let numbered: [Int: Key] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5), 17: .function(6),
        18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10), 23: .function(11), 24: .function(12),
    ]
}

extension KeyEvent {
    fileprivate init(_ character: Character, alt: Bool) { self.init(.character(character), alt ? .alt : []) }
}
