#pragma once

#include <QString>

class QLabel;
class QVBoxLayout;
class QWidget;

namespace switchyard::ui {

//! What the pages of the settings share.

//! A column with the margins of a page.
QVBoxLayout* pageColumn(QWidget* page);
//! An explaining sentence or two.
QLabel* explanation(const QString& text, QWidget* parent);
//! "1.5 GiB", "212 MiB".
QString sizeText(qint64 bytes);

} // namespace switchyard::ui
