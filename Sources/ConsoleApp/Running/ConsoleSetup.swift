import CursesBackend
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
    static func state(_ options: ConsoleOptions, _ environment: [String: String]) throws -> ConsoleState {
        do {
            let choice = try LanguageChoice(option: options.lang, environment)
            return try ConsoleState(
                size: Size(width: 80, height: 24), now: ProcessClock.now,
                format: LocalFormat(habit: choice.habit, secondsEast: ProcessClock.secondsEast),
                language: choice.language, ownNumber: options.ownNumber ?? environment["PBX_X_EXTENSION"],
                keyChanges: try keyChanges(options.keys, environment))
        } catch let error as LanguageChoice.Unknown {
            throw ConsoleSetupError(message: error.message)
        } catch let error as KeymapError {
            throw ConsoleSetupError(message: error.message)
        } catch let error as ConfigurationError {
            throw ConsoleSetupError(message: error.description)
        }
    }

    /// The user's own keys; none when there is no file and none was named. The file is the phone's too, whose places
    /// begin with `phone.`.
    private static func keyChanges(_ option: String?, _ environment: [String: String]) throws -> [KeyChange] {
        let file = try UserFile.read("keys.toml", option: option, environment)
        return file?.entries.filter { !$0.table.hasPrefix("phone.") }.map {
            KeyChange(context: $0.table, action: $0.key, keys: $0.values, place: $0.place)
        } ?? []
    }
}
