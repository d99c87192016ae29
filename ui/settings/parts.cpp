#include "ui/settings/parts.h"

#include "ui/theme/colors.h"

#include <QBoxLayout>
#include <QLabel>
#include <QLocale>

namespace switchyard::ui {

QVBoxLayout* pageColumn(QWidget* page)
{
    auto* const column = new QVBoxLayout(page);
    column->setContentsMargins(0, 4, 4, 0);
    column->setSpacing(10);
    return column;
}

QLabel* explanation(const QString& text, QWidget* parent)
{
    auto* const label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

void say(QLabel* note, const QString& text, bool isError)
{
    auto colors = note->palette();
    const auto ours = colorsFor(colors);
    colors.setColor(QPalette::WindowText, isError ? ours.failed : ours.muted);
    note->setPalette(colors);
    note->setText(text);
    note->setVisible(!text.isEmpty());
}

QString sizeText(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, bytes < (qint64(1) << 30) ? 0 : 1);
}

} // namespace switchyard::ui
