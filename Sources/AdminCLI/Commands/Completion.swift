import ArgumentParser

/// `pbxctl completion bash`: the script that makes a shell complete pbxctl's command lines.
struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "print a completion script for a shell",
        discussion: "For example: pbxctl completion bash > ~/.local/share/bash-completion/completions/pbxctl")
    @Argument(help: "bash, zsh or fish") var shell: Shell = .bash

    enum Shell: String, CaseIterable, ExpressibleByArgument { case bash, zsh, fish }

    func run() throws {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        try StandardOutput.write(PBXControl.completionScript(for: kind) + "\n")
    }
}
