#include "ui/settings/parts.h"

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

QString sizeText(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, bytes < (qint64(1) << 30) ? 0 : 1);
}

} // namespace switchyard::ui
