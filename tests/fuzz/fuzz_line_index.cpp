// A log of any bytes, growing by pieces of any size: the index and the walk from line to line agree with a plain scan.
#include "ui/log/log_lines.h"

#include <cstdint>
#include <cstdlib>
#include <unistd.h>

using namespace switchyard::ui;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const int descriptor = [] {
        char path[] = "/tmp/switchyard-fuzz-XXXXXX";
        const int made = ::mkstemp(path);
        ::unlink(path); // the system's own name for the open file serves below
        return made;
    }();
    static const auto path = QStringLiteral("/proc/self/fd/%1").arg(descriptor);
    require(::ftruncate(descriptor, 0) == 0);

    // the first byte of each piece says how much comes and how often it is repeated, to reach over blocks
    QByteArray whole;
    const auto file = LogFile::open(path).value();
    LineIndex index;
    LogLines lines(file, index);
    for (size_t at = 0; at < size && whole.size() < 3 * LineIndex::blockBytes;) {
        const size_t length = std::min<size_t>(data[at] % 32 + 1, size - at);
        const int times = data[at] >= 224 ? 20'000 : data[at] >= 128 ? 50 : 1;
        for (int i = 0; i < times; ++i)
            whole.append(reinterpret_cast<const char*>(data + at), qsizetype(length));
        at += length;
        const auto from = file->size();
        require(::pwrite(descriptor, whole.constData() + from, size_t(whole.size() - from), from) ==
                whole.size() - from);
        index.extend(*file, data[at - 1] % 2 ? 1000 : whole.size() + 1);
        lines.setEnd(file->size());
    }
    while (!index.extend(*file)) {
    }
    require(index.covered() == whole.size() && index.newlines() == whole.count('\n'));
    qint64 number = 0, start = whole.isEmpty() ? -1 : 0, before = -1;
    for (int step = 0; start >= 0 && step < 2000; ++step, ++number) {
        const auto found = whole.indexOf('\n', start);
        const qint64 end = found < 0 ? whole.size() : found;
        require(lines.lineStart(end) == start || end == whole.size());
        require(lines.previous(start) == before);
        require(index.lineAt(*file, start) == number && index.offsetOf(*file, number) == start);
        const auto raw = lines.read(start);
        require(raw.end == end && raw.bytes.size() <= maxRawLineBytes);
        before = start;
        const qint64 next = lines.next(start);
        require(next == (found < 0 || found + 1 >= whole.size() ? -1 : found + 1));
        start = next;
    }
    return 0;
}
