import AudioDSP
import MediaControl
import PBXBase

/// Turns the items of one playlist into samples, one after another without a gap; used by the reader's thread alone.
final class PlaylistReader {
    /// Samples made at a time.
    private static let blockSamples = 1_024

    let feed: AudioFeed
    private var source: PlaylistSource?
    private var index = 0
    private var isFinished = false
    private var hasSoundInRound = false
    /// Where in the feed the present item begins, and how far into it that was.
    private var itemPosition = 0
    private var itemMilliseconds = 0
    private var block = [Int16](repeating: 0, count: blockSamples)

    init(_ feed: AudioFeed) { self.feed = feed }

    /// Fills the feed as far as it has room.
    func fill() {
        guard let rate = feed.sampleRate, let ring = feed.ring else { return }
        if let jump = feed.takeJump() { self.jump(jump, rate: rate, ring: ring) }
        while !isFinished, ring.room >= Self.blockSamples {
            if source == nil, !openNext(rate: rate, ring: ring) { return }
            let count = source?.read(into: &block) ?? 0
            if count == 0 {
                if let failure = source?.failure, !feed.skipsUnreadable { return finish(failure: failure) }
                source = nil
                continue
            }
            hasSoundInRound = true
            block.withUnsafeBufferPointer { ring.write(UnsafeBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// Opens the next item that can be played; false at the end.
    private func openNext(rate: Int, ring: SampleRing) -> Bool {
        while true {
            if index == feed.items.count {
                // A round without a sound would go on forever.
                guard feed.repetition == .forever, hasSoundInRound else {
                    finish(failure: nil)
                    return false
                }
                index = 0
                hasSoundInRound = false
            }
            guard index < feed.items.count else { continue }
            let item = feed.items[index]
            let isFirst = index == 0 && ring.writtenCount == 0
            index += 1
            do {
                source = try open(item, rate: rate)
                itemPosition = ring.writtenCount
                itemMilliseconds = 0
                if isFirst, feed.offset > .zero {
                    itemMilliseconds = feed.offset.milliseconds
                    source?.seek(milliseconds: itemMilliseconds)
                }
                return true
            } catch {
                guard feed.skipsUnreadable else {
                    finish(failure: error.description)
                    return false
                }
            }
        }
    }

    private func open(_ item: AudioItem, rate: Int) throws(AudioSourceError) -> PlaylistSource? {
        switch item {
        case .file(let path): return .file(try AudioFileSource(path: path, sampleRate: rate))
        case .tone(let tone, let country, let limit):
            let pattern = NationalTones.pattern(tone, country: country)
            let most = limit.map { $0.milliseconds * rate / 1_000 } ?? .max
            return .tone(TonePlayer(pattern, sampleRate: rate), left: most)
        case .silence(let length): return .silence(left: max(0, length.milliseconds) * rate / 1_000)
        case .digits(let text): return .digits(PlaylistDigits(text, feed: feed, sampleRate: rate))
        }
    }

    private func jump(_ jump: (generation: Int, milliseconds: Int), rate: Int, ring: SampleRing) {
        let heard = max(0, ring.takenCount - itemPosition) * 1_000 / rate
        itemMilliseconds = max(0, itemMilliseconds + heard + jump.milliseconds)
        if source == nil, index > 0 {
            // The last item has been read to its end, but not heard.
            index -= 1
            source = feed.items.indices.contains(index) ? try? open(feed.items[index], rate: rate) : nil
            index += 1
        }
        source?.seek(milliseconds: itemMilliseconds)
        itemPosition = ring.writtenCount
        isFinished = source == nil
        feed.jumped(generation: jump.generation)
        if isFinished { feed.finish() }
    }

    private func finish(failure: String?) {
        isFinished = true
        source = nil
        feed.finish(failure: failure)
    }
}

/// One item of a playlist, being played.
enum PlaylistSource {
    case file(AudioFileSource)
    case tone(TonePlayer, left: Int)
    case silence(left: Int)
    case digits(PlaylistDigits)

    /// Fills the beginning of `block`; 0 at the end.
    mutating func read(into block: inout [Int16]) -> Int {
        switch self {
        case .file(let file): return file.read(into: &block)
        case .digits(var digits):
            let count = digits.read(into: &block)
            self = .digits(digits)
            return count
        case .silence(let left):
            let count = min(left, block.count)
            for index in 0..<count { block[index] = 0 }
            self = .silence(left: left - count)
            return count
        case .tone(var player, let left):
            var span = block.mutableSpan
            let count = min(left, player.next(into: &span))
            self = .tone(player, left: left == .max ? .max : left - count)
            return count
        }
    }

    /// Why it ended before its end.
    var failure: String? {
        if case .file(let file) = self { file.failure } else { nil }
    }

    /// Goes to a moment of a file; other items play on.
    func seek(milliseconds: Int) {
        if case .file(let file) = self { file.seek(milliseconds: milliseconds) }
    }
}

/// Digits in a playlist: as tones, or as marks for the worker with silence of the same length.
struct PlaylistDigits {
    static let digitMilliseconds = 100

    private var digits: Substring
    private let feed: AudioFeed
    private let sampleRate: Int
    private var tone: DigitTone?
    private var silenceLeft = 0

    init(_ text: String, feed: AudioFeed, sampleRate: Int) {
        digits = text[...]
        self.feed = feed
        self.sampleRate = sampleRate
    }

    mutating func read(into block: inout [Int16]) -> Int {
        while true {
            if silenceLeft > 0 {
                let count = min(silenceLeft, block.count)
                for index in 0..<count { block[index] = 0 }
                silenceLeft -= count
                return count
            }
            if tone?.isFinished == false {
                var span = block.mutableSpan
                return tone?.next(into: &span) ?? 0
            }
            guard let digit = digits.popFirst() else { return 0 }
            if feed.sendsDigitsAsEvents {
                let milliseconds = Self.digitMilliseconds + DigitQueue.gapMilliseconds
                if feed.add(digit) { silenceLeft = milliseconds * sampleRate / 1_000 }
            } else {
                tone = DigitTone(digit, sampleRate: sampleRate, milliseconds: Self.digitMilliseconds)
            }
        }
    }
}
