import CursesBackend
import FoundationEssentials
import PBXBase
import PBXConfig
import PBXModel
import TerminalUI

/// What the user asked for does not hold together.
struct ConsoleSetupError: Error {
    var message: String
}

/// From options and environment to the first state.
enum ConsoleSetup {
    static let keyFileBytesMax = 65_536

    static func state(_ options: ConsoleOptions, _ environment: [String: String]) throws -> ConsoleState {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "C"
        let times = ["LC_ALL", "LC_TIME", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "C"
        if let lang = options.lang, Language(rawValue: lang) == nil {
            let known = Language.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConsoleSetupError(message: "unknown language \"\(lang)\" (known: \(known))")
        }
        let language = options.lang.flatMap(Language.init(rawValue:)) ?? Language(locale: locale)
        // Who asks for German by option gets German times, whatever a server's locale says.
        let habit = LocalFormat.Habit(locale: options.lang ?? times)
        do {
            return try ConsoleState(
                size: Size(width: 80, height: 24), now: ProcessClock.now,
                format: LocalFormat(habit: habit, secondsEast: ProcessClock.secondsEast), language: language,
                ownNumber: options.ownNumber ?? environment["PBX_X_EXTENSION"],
                keyChanges: try keyChanges(options.keys, environment))
        } catch let error as KeymapError {
            throw ConsoleSetupError(message: error.message)
        }
    }

    /// The user's own keys; none when there is no file and none was named.
    private static func keyChanges(_ option: String?, _ environment: [String: String]) throws -> [KeyChange] {
        let folder =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? environment["HOME"].map { "\($0)/.config" }
        guard let path = option ?? folder.map({ "\($0)/pbx-x/keys.toml" }) else { return [] }
        guard let data = FileManager.default.contents(atPath: path) else {
            guard option != nil else { return [] }
            throw ConsoleSetupError(message: "cannot read \"\(path)\" (check its name and permissions)")
        }
        guard data.count <= keyFileBytesMax else {
            throw ConsoleSetupError(message: "\(path) is larger than \(keyFileBytesMax) bytes")
        }
        do throws(ConfigurationError) {
            return try ListFile(file: path, bytes: Array(data)).entries.map {
                KeyChange(
                    context: $0.table, action: $0.key, keys: $0.values, place: "\($0.origin.file):\($0.origin.line)")
            }
        } catch {
            throw ConsoleSetupError(message: error.description)
        }
    }
}
