//! The gate's own reading of what comes from outside: guards, words, code, and the walk over a parser's tree.
//! An input is a script, or a script, a zero byte and the tree of it as the parser prints it. Whatever comes must end
//! soon, and a tree that lies must not crash. tests/fuzz/replay.cpp runs stored inputs in the ordinary build.
#include "gate/analysis.h"
#include "gate/code_scan.h"
#include "gate/guards.h"
#include "gate/shell_reader.h"
#include "gate/words.h"

#include <QJsonDocument>

using namespace switchyard;
using namespace switchyard::gate;

namespace {
const std::shared_ptr<const RuleBook>& rules()
{
    static const std::shared_ptr<const RuleBook> book = [] {
        const auto built = RuleBook::builtIn();
        if (!built)
            qFatal("%s", qPrintable(describe(built.error())));
        return *built;
    }();
    return book;
}

void readText(const QString& text)
{
    checkText(text);
    decodeAnsiC(text);
    if (const auto words = splitPlain(text))
        quoteForShell(*words);
    static const QStringList languages{u"py"_s,  u"js"_s,  u"rb"_s,   u"pl"_s,    u"php"_s,   u"lua"_s, u"awk"_s,
                                       u"sed"_s, u"sql"_s, u"tcl"_s,  u"r"_s,     u"jl"_s,    u"jvm"_s, u"ps"_s,
                                       u"ex"_s,  u"gdb"_s, u"lisp"_s, u"redis"_s, u"mongo"_s, u"ftp"_s};
    for (const auto& language : languages)
        scanCode(*rules(), language, text.left(2000), {});
}

void readTree(const QString& text, const QJsonObject& tree)
{
    const Context context{u"/srv/w"_s, u"/srv/w"_s, u"/home/u"_s};
    Analysis analysis(rules(), context);
    PendingScript whole;
    whole.text = text;
    whole.origin = {0, text.size()};
    whole.whole = true;
    analysis.addScript(whole);
    // What is found inside would need the parser again: it gets the same tree, a few times.
    for (int i = 0; i < 4; ++i) {
        const auto script = analysis.nextScript();
        if (!script)
            break;
        if (analysis.admit(*script))
            analysis.parsed(*script, tree);
    }
    analysis.judgement();
    analysis.explanation();
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const QByteArrayView bytes(reinterpret_cast<const char*>(data), qsizetype(size));
    const auto end = bytes.indexOf('\0');
    const auto text = QString::fromUtf8(end < 0 ? bytes : bytes.first(end));
    if (end < 0)
        readText(text);
    else
        readTree(text, QJsonDocument::fromJson(bytes.sliced(end + 1).toByteArray()).object());
    return 0;
}
