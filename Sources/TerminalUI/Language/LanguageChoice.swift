/// Language and ways of writing as a program's option and the environment ask for them.
package struct LanguageChoice: Hashable, Sendable {
    /// Somebody asked for a language that we do not have.
    package struct Unknown: Error, Hashable, Sendable {
        /// Lower case, no full stop.
        package var message: String
    }

    package var language: Language
    package var habit: LocalFormat.Habit

    /// `option` is what `--lang` says, if anything; it wins over the locale's variables.
    package init(option: String?, _ environment: [String: String]) throws(Unknown) {
        if let option, Language(rawValue: option) == nil {
            let known = Language.allCases.map(\.rawValue).joined(separator: ", ")
            throw Unknown(message: "unknown language \"\(option)\" (known: \(known))")
        }
        language =
            option.flatMap(Language.init(rawValue:)) ?? Language(locale: Self.locale("LC_MESSAGES", environment))
        // Who asks for German by option gets German times, whatever a server's locale says.
        habit = LocalFormat.Habit(locale: option ?? Self.locale("LC_TIME", environment))
    }

    private static func locale(_ category: String, _ environment: [String: String]) -> String {
        ["LC_ALL", category, "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "C"
    }
}
