// What mixing and playing cost our media worker: CPU of its thread per party and second of a conference, and per
// listener and second of a file and of music on hold, with the CPU of the threads that read and write files. Phones on
// loopback, bounded in time. Exit status 1 when a threshold is passed.
//
//     swift run -c release MediaMixingBenchmark [parties] [seconds]
import CLinuxNet
import Glibc
import MediaControl
import PBXBase

/// Checked in: more than this many milliseconds of CPU is a regression.
let conferenceMillisecondsMax = 0.7
let playbackMillisecondsMax = 0.5
/// What a call between Opus and G.711 costs beyond the plain relay, against its codecs alone. Promised is 1.1.
let translationRatioMax = 1.25

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let parties = max(2, min(500, arguments.first ?? 50))
let seconds = max(1, min(60, arguments.dropFirst().first ?? 5))

do {
    _ = pbx_linuxnet_raise_descriptor_limit()
    let bench = try MixingBench(parties: parties)
    let conference = bench.measure(seconds: seconds, speakers: parties) { bench.joinAll(room: 1) }
    let lecture = bench.measure(seconds: seconds, speakers: 3) { bench.joinAll(room: 2) }
    let file = bench.measure(seconds: seconds, speakers: 0) { bench.playAll() }
    let music = bench.measure(seconds: seconds, speakers: 0) { bench.holdAll() }
    let relay = bench.measure(seconds: seconds, speakers: parties) { bench.forwardAll() }
    let codecs = try OpusVoice().codecMilliseconds(seconds: 20) / 2
    try bench.translateAll()
    let translated = bench.measure(seconds: seconds, speakers: parties) {}
    // What every packet costs to be read and sent is none of the codecs' business.
    let translation = ((translated - relay) / codecs * 100).rounded() / 100
    bench.finish()
    print("\(parties) parties, \(seconds) s each; ms of CPU per party and second")
    print("conference, everybody speaks:  \(conference)   (at most \(conferenceMillisecondsMax))")
    print("conference, three speak:       \(lecture)")
    print("a file, played to each apart:  \(file)   (at most \(playbackMillisecondsMax))")
    print("music on hold:                 \(music)   (at most \(playbackMillisecondsMax))")
    print("Opus to PCMA and back:         \(translated), of it relay \(relay); codecs alone \(codecs)")
    print("without the relay, to codecs:  \(translation)   (at most \(translationRatioMax))")
    let isFast =
        translation <= translationRatioMax && conference <= conferenceMillisecondsMax && file <= playbackMillisecondsMax
        && music <= playbackMillisecondsMax
    print(isFast ? "passed" : "failed")
    exit(isFast ? 0 : 1)
} catch {
    print("media mixing benchmark failed: \(error)")
    exit(1)
}
