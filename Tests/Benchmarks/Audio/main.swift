// What sound costs: µs of CPU per 20 ms frame of every codec, resampler and detector, and transcoding of Opus against
// its codec alone. Exit status 1 when a threshold is passed.
//
//     swift run -c release AudioBenchmark [frames per line]
import Glibc

var report = Report(frames: max(100, CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 2_000))
do {
    try measureCodecs(&report)
    measureResamplers(&report)
    measureDetectors(&report)
    try measureTranscoding(&report)
} catch {
    print("audio benchmark: \(error)")
    exit(1)
}
exit(report.isGood ? 0 : 1)
