#include "ui/theme/syntax.h"

#include "ui/theme/syntax_library.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLibrary>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

namespace {

SyntaxLibrary* load()
{
    // bin/ and the folder of libraries stand side by side, installed as well as built.
    for (const auto& up : {u"/../"_s, u"/../../"_s}) {
        const auto path =
            QCoreApplication::applicationDirPath() + up + QStringLiteral(SWITCHYARD_MODULES "/switchyard-syntax.so");
        if (!QFileInfo::exists(path))
            continue;
        QLibrary module(path); // stays loaded
        if (const auto make = reinterpret_cast<MakeSyntaxLibrary>(module.resolve(makeSyntaxLibrary)))
            return make();
        qWarning("Nothing is highlighted: %s", qUtf8Printable(module.errorString()));
        return nullptr;
    }
    qWarning("Nothing is highlighted: " SWITCHYARD_MODULES "/switchyard-syntax.so is not there.");
    return nullptr;
}

SyntaxLibrary* library()
{
    static auto* const loaded = load();
    return loaded;
}

} // namespace

QString syntaxForFile(const QString& fileName)
{
    return library() ? library()->forFile(fileName) : QString();
}

QString syntaxNamed(const QString& name)
{
    return library() ? library()->named(name) : QString();
}

SyntaxPainter::SyntaxPainter(const QString& definition, bool dark)
    : m_painter(library() ? library()->painter(definition, dark) : nullptr)
{
}

SyntaxPainter::~SyntaxPainter() = default;

QList<QTextLayout::FormatRange> SyntaxPainter::paint(const QString& line, SyntaxState& state, int offset)
{
    return m_painter ? m_painter->paint(line, state, offset) : QList<QTextLayout::FormatRange>();
}

} // namespace switchyard::ui
