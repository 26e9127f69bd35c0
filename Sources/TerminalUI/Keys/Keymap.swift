/// One row of a program's key table.
package struct KeyBinding<Context: Hashable & Sendable, Action: Hashable & Sendable>: Sendable {
    package var context: Context
    /// Any of these; the first is the one that footers show. None: reached by a command only.
    package var keys: [KeyEvent]
    package var action: Action
    /// For the footer: a word or two. Empty: not shown there.
    package var label: String
    /// For the help screen: one sentence.
    package var help: String

    package init(_ context: Context, _ keys: [String], _ action: Action, label: String = "", help: String) {
        self.context = context
        self.keys = keys.compactMap { KeyEvent($0) }
        self.action = action
        self.label = label
        self.help = help
    }
}

/// What is wrong with a key table, or with a user's changes to it.
package struct KeymapError: Error, Hashable, Sendable {
    /// Lower case, no full stop; names both places of a conflict.
    package var message: String
    package init(message: String) { self.message = message }
}

/// A user's change: these keys, instead of the built-in ones, for an action.
package struct KeyChange: Hashable, Sendable {
    package var context: String
    package var action: String
    package var keys: [String]
    /// Where it is written, for errors: `keys.toml:4`.
    package var place: String

    package init(context: String, action: String, keys: [String], place: String) {
        self.context = context
        self.action = action
        self.keys = keys
        self.place = place
    }
}

/// All keys of a program: handlers ask it for actions, the footer and the help screen are drawn from it.
package struct Keymap<Context, Action>: Sendable
where
    Context: Hashable & Sendable & RawRepresentable & CaseIterable, Context.RawValue == String,
    Action: Hashable & Sendable & RawRepresentable & CaseIterable, Action.RawValue == String
{
    package typealias Binding = KeyBinding<Context, Action>

    package private(set) var bindings: [Binding]
    private var actions: [Context: [KeyEvent: Action]] = [:]

    /// Throws when one key would do two things in one place.
    package init(_ bindings: [Binding]) throws(KeymapError) {
        self.bindings = bindings
        for binding in bindings {
            for key in binding.keys {
                let other = actions[binding.context]?.updateValue(binding.action, forKey: key)
                if actions[binding.context] == nil { actions[binding.context] = [key: binding.action] }
                if let other, other != binding.action {
                    throw KeymapError(
                        message: "\(key) in \(binding.context.rawValue) would do both \(other.rawValue) and "
                            + "\(binding.action.rawValue) (give one of them another key)")
                }
            }
        }
    }

    /// What a key does, asked from the innermost place outwards.
    package func action(for key: KeyEvent, in contexts: [Context]) -> Action? {
        for context in contexts {
            if let action = actions[context]?[key] { return action }
        }
        return nil
    }

    /// What a place's footer shows, in the table's order.
    package func footer(_ contexts: [Context]) -> [(key: String, label: String)] {
        rows(contexts).filter { !$0.label.isEmpty }.compactMap { binding in
            binding.keys.first.map { (String(describing: $0), binding.label) }
        }
    }

    /// The rows of some places; what an inner place binds anew hides the outer row of the same key.
    package func rows(_ contexts: [Context]) -> [Binding] {
        var taken: Set<KeyEvent> = []
        return contexts.flatMap { context in
            let rows = bindings.filter { $0.context == context }.compactMap { binding -> Binding? in
                var binding = binding
                binding.keys.removeAll(where: taken.contains)
                return binding.keys.isEmpty ? nil : binding
            }
            taken.formUnion(rows.flatMap(\.keys))
            return rows
        }
    }

    /// The key that does something in a place, as people write it.
    package func key(for action: Action, in context: Context) -> String? {
        bindings.first { $0.context == context && $0.action == action }?.keys.first.map { String(describing: $0) }
    }

    /// With a user's changes. Throws for the first one that names what we do not have, or makes a conflict.
    package func rebound(_ changes: [KeyChange]) throws(KeymapError) -> Keymap {
        var bindings = bindings
        for change in changes {
            guard let context = Context(rawValue: change.context) else {
                throw KeymapError(
                    message: "\(change.place): unknown place \"\(change.context)\" (known: \(Self.names(Context.self)))"
                )
            }
            guard let action = Action(rawValue: change.action),
                let index = bindings.firstIndex(where: { $0.context == context && $0.action == action })
            else {
                let known = bindings.filter { $0.context == context }.map(\.action.rawValue).joined(separator: ", ")
                throw KeymapError(
                    message: "\(change.place): unknown action \"\(change.action)\" in \(change.context) "
                        + "(known: \(known))")
            }
            var keys: [KeyEvent] = []
            for name in change.keys {
                guard let key = KeyEvent(name) else {
                    throw KeymapError(
                        message: "\(change.place): unknown key \"\(name)\" (write F5, Ctrl-X, Alt-a, Enter, Up or a "
                            + "letter)")
                }
                keys.append(key)
            }
            bindings[index].keys = keys
        }
        do throws(KeymapError) {
            return try Keymap(bindings)
        } catch {
            let places = changes.first.map { "\($0.place.prefix { $0 != ":" }): " } ?? ""
            throw KeymapError(message: places + error.message)
        }
    }

    private static func names<Value: CaseIterable & RawRepresentable>(_ type: Value.Type) -> String
    where Value.RawValue == String {
        Value.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
