// Whatever a command prints, a line of it is shown within its bounds, and what is searched is what is shown.
#include "ui/log/ansi.h"

#include <cstdint>
#include <cstdlib>

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
    QByteArray bytes(reinterpret_cast<const char*>(data), qsizetype(size));
    bytes.replace('\n', ' '); // it is one line
    const auto line = parseLine(bytes);
    require(line.text.size() <= 2 * qsizetype(maxDisplayCells));
    int end = 0;
    for (const auto& run : line.runs) {
        require(run.start >= end && run.length > 0);
        end = run.start + run.length;
    }
    require(end <= line.text.size());
    require(line.after == styleAfter(bytes, {}));

    std::vector<qsizetype> sources;
    const auto seen = visibleBytes(bytes, &sources);
    require(sources.size() == size_t(seen.size()));
    for (const auto source : sources)
        require(source >= 0 && source < bytes.size());
    if (!needsTerminal(bytes))
        require(parseLine(seen).text == line.text);
    return 0;
}
